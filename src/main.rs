//! The program: parse, build the runtime, call the library.

use std::process::ExitCode;

use clap::Parser;
use threadkeep::cli::{self, Cli};

/// Requests are many small allocations on many threads; the system's allocator locks and sorts more than
/// they are worth.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // Reads run on these threads: there is always one left for the sockets.
        .worker_threads(processors + engine::MAX_READS)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("threadkeep: the runtime cannot be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("threadkeep: {error}");
            ExitCode::FAILURE
        }
    }
}
