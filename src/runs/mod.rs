//! Runs: what an assistant does in a thread.
//!
//! Not here: what a thread is called (`titles`), although a client asks for it as for a run.

mod messages;
pub mod routes;
