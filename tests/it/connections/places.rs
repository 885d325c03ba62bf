//! Who has a place when there are few.

use std::process::{Child, Command, Stdio};

use engine::Engine;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use super::{PATIENCE, Wire, address};
use crate::on_one_engine;
use crate::support::{TestApp, eventually};

on_one_engine!(
    who_says_nothing_gives_way,
    one_address_has_a_share_of_the_places,
    as_many_files_may_be_open_as_the_system_allows,
);

async fn who_says_nothing_gives_way(engine: Engine) {
    let app = TestApp::start_with(engine, &[("max_connections", "4")]).await;
    let mut silent = Vec::new();
    for said in ["", "G", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ""] {
        silent.push(Wire::saying(&app, said).await);
    }
    let found = tokio::time::timeout(PATIENCE, app.anyone().get("/healthz")).await.expect("a place");
    found.expect(200);
}

/// A connection from one of the machine's own addresses.
async fn connect_from(app: &TestApp, from: &str) -> Wire {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    Wire(socket.connect(address(app).parse().unwrap()).await.unwrap())
}

/// Whether the server answers rather than close the connection.
async fn is_served(wire: &mut Wire) -> bool {
    let asked = wire.0.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.is_ok();
    let mut said = [0; 1];
    let answered = tokio::time::timeout(PATIENCE, wire.0.read(&mut said)).await.expect("an answer or an end");
    asked && answered.is_ok_and(|length| length > 0)
}

async fn one_address_has_a_share_of_the_places(engine: Engine) {
    let settings = [("max_connections", "256"), ("trusted_proxies", "127.0.0.3")];
    let app = TestApp::start_with(engine, &settings).await;
    let mut taken = Vec::new();
    for _ in 0..64 {
        let mut wire = connect_from(&app, "127.0.0.2").await;
        assert!(is_served(&mut wire).await);
        taken.push(wire);
    }
    assert!(connect_from(&app, "127.0.0.2").await.rest().await.is_empty(), "one more than its share");
    assert!(is_served(&mut connect_from(&app, "127.0.0.4").await).await);
    for _ in 0..80 {
        let mut wire = connect_from(&app, "127.0.0.3").await;
        assert!(is_served(&mut wire).await, "a trusted proxy stands for many");
        taken.push(wire);
    }
    taken.remove(0);
    eventually("a place", async || is_served(&mut connect_from(&app, "127.0.0.2").await).await.then_some(()))
        .await;
}

/// The soft and the hard limit of open files of a process.
fn open_files(process: u32) -> Option<(String, String)> {
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).ok()?;
    let mut words =
        limits.lines().find(|line| line.starts_with("Max open files"))?.split_whitespace().skip(3);
    Some((words.next()?.to_owned(), words.next()?.to_owned()))
}

/// A process that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

async fn as_many_files_may_be_open_as_the_system_allows(_: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let limited = "ulimit -Sn 200; ulimit -Hn 1000; exec \"$0\" serve";
    let server = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_threadkeep")])
        .env_clear()
        .env("THREADKEEP_LISTEN", "127.0.0.1:0")
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let server = Running(server.unwrap());
    let most = ("1000".to_owned(), "1000".to_owned());
    let raised = async || open_files(server.0.id()).filter(|limits| *limits == most);
    eventually("a raised limit", raised).await;
}
