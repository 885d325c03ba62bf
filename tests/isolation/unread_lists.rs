//! Lists of large messages that nobody reads.

use std::io::Write as _;
use std::net::TcpStream;

use engine::Engine;
use serde_json::json;

use crate::bystander::Bystander;
use crate::{Instance, append_content, create_thread, on_both_engines};

on_both_engines!(lists_that_nobody_reads);

const MIB: usize = 1024 * 1024;

/// How many lists are asked for.
const LISTS: usize = 12;

async fn lists_that_nobody_reads(engine: Engine) {
    let instance = Instance::start(engine).await;
    let hostile = instance.user("hostile");
    let thread = create_thread(&hostile).await;
    let content = json!({ "role": "user", "content": [{ "type": "text", "text": "x".repeat(2 * MIB) }] });
    for _ in 0..40 {
        append_content(&hostile, &thread, None, &content).await;
    }
    let bystander = Bystander::new(&instance).await;
    let before = instance.memory_mib();
    let address = instance.server.url.strip_prefix("http://").unwrap();
    let request =
        format!("GET /v1/threads/{thread}/messages HTTP/1.1\r\nhost: {address}\r\n{}\r\n", hostile.head());
    let hold = async {
        let mut unread = Vec::new();
        let mut most = 0;
        for _ in 0..LISTS {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            unread.push(stream);
            for _ in 0..20 {
                most = most.max(instance.memory_mib());
                instance.user("other").get("/v1/threads").await.expect(200);
            }
        }
        most
    };
    let most = bystander.beside("lists that nobody reads", hold).await;
    println!("lists that nobody reads: {before} MiB before, {most} at most");
    // A list holds a message or two of its 80 MiB, whatever is asked for.
    assert!(most < before + (LISTS * 8) as u64, "{before} MiB before, {most} at most");
}
