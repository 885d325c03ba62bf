//! Writers: each sends one request after the other and remembers what was answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::client::{Answer, Client};
use crate::dice::Dice;
use crate::model::{Fate, Memory, Message, Thread, content};

/// How many write at the same time.
pub const WRITERS: usize = 64;

/// No request may take longer, whatever happens to the server.
const PATIENCE: Duration = Duration::from_secs(40);

/// How long a writer waits after a refusal, as clients do.
const PAUSE: Duration = Duration::from_millis(200);

/// Who writes, and what each of them knows.
pub struct Writers {
    pub memories: Vec<Memory>,
    dice: Vec<Dice>,
}

/// Writers at work.
pub struct Load {
    tasks: Vec<JoinHandle<(Memory, Dice)>>,
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
}

/// What a writer does when the server refuses or is gone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// A refusal is a failure of the test; a broken connection ends the writer.
    Ends,
    /// An answer of 500 and above makes it wait and go on.
    Passes,
}

impl Writers {
    pub fn new(seed: u64) -> Self {
        let memories = (0..WRITERS).map(|_| Memory::default()).collect();
        Self { memories, dice: (0..WRITERS as u64).map(|number| Dice::new(seed ^ (number << 32))).collect() }
    }

    /// Sends everyone to write into these threads.
    pub fn start(&mut self, client: &Client, threads: &[String], trouble: Trouble) -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let answered = Arc::new(AtomicUsize::new(0));
        let people = std::mem::take(&mut self.memories).into_iter().zip(std::mem::take(&mut self.dice));
        let tasks = people.enumerate().map(|(number, (memory, dice))| {
            let client = client.with("aui-user-id", &format!("writer-{number}"));
            let (threads, stop, answered) = (threads.to_vec(), stop.clone(), answered.clone());
            let mut writer = Writer { number, client, threads, memory, dice, trouble, answered };
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) && writer.write().await {}
                (writer.memory, writer.dice)
            })
        });
        Load { tasks: tasks.collect(), stop, answered }
    }

    /// Takes back what the writers know.
    pub async fn join(&mut self, load: Load) {
        load.stop.store(true, Ordering::Relaxed);
        for task in load.tasks {
            let (memory, dice) = task.await.unwrap();
            self.memories.push(memory);
            self.dice.push(dice);
        }
    }

    pub fn answered(&self) -> usize {
        self.memories.iter().map(|memory| memory.answered).sum()
    }

    pub fn refused(&self) -> usize {
        self.memories.iter().map(|memory| memory.refused).sum()
    }
}

impl Load {
    /// How many writes were answered since the start.
    pub fn answered(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
    }
}

struct Writer {
    number: usize,
    client: Client,
    threads: Vec<String>,
    memory: Memory,
    dice: Dice,
    trouble: Trouble,
    answered: Arc<AtomicUsize>,
}

/// How a request ended.
enum End {
    Answered(Answer),
    /// It may have been done or not.
    Open {
        gone: bool,
    },
}

impl Writer {
    /// Does one thing; false when the server is gone.
    async fn write(&mut self) -> bool {
        match self.dice.below(100) {
            0..70 => self.append().await,
            70..78 => self.replace(true).await,
            78..86 => self.replace(false).await,
            86..95 => self.delete().await,
            _ => self.create_thread().await,
        }
    }

    async fn send(&mut self, method: Method, path: &str, body: String) -> End {
        let request = self.client.try_send(method, path, body.into());
        let end = tokio::time::timeout(PATIENCE, request).await.expect("an answer in time");
        match end {
            Ok(answer) if answer.status.is_success() => {
                self.memory.answered += 1;
                self.answered.fetch_add(1, Ordering::Relaxed);
                End::Answered(answer)
            }
            Ok(answer) if answer.status.is_server_error() && self.trouble == Trouble::Passes => {
                self.memory.refused += 1;
                tokio::time::sleep(PAUSE).await;
                End::Open { gone: false }
            }
            Ok(answer) => panic!("writer {} was refused: {answer:?}", self.number),
            Err(error) if self.trouble == Trouble::Passes => panic!("the server is gone: {error:?}"),
            Err(_) => End::Open { gone: true },
        }
    }

    /// A message of its own that is surely there and fits, if a few draws find one.
    fn draw(&mut self, fits: impl Fn(&Message) -> bool) -> Option<usize> {
        let count = self.memory.messages.len();
        let draws = if count == 0 { 0 } else { 12 };
        (0..draws).map(|_| self.dice.below(count)).find(|index| {
            let message = &self.memory.messages[*index];
            message.fate == Fate::There && message.contents.len() == 1 && fits(message)
        })
    }

    fn draw_content(&mut self, message: usize) -> String {
        // Some are long enough to fill several pages of a database file.
        let size = if self.dice.below(50) == 0 { 40_000 } else { self.dice.below(400) };
        content(self.number, message, self.dice.below(1_000_000), size)
    }

    async fn append(&mut self) -> bool {
        let thread = self.threads[self.dice.below(self.threads.len())].clone();
        let parent = self.draw(|message| message.thread == thread);
        let index = self.memory.messages.len();
        let content = self.draw_content(index);
        let external_id = (self.dice.below(5) < 2).then(|| format!("copy-{}-{index}", self.number));
        let contents = vec![content];
        let message = Message { thread, id: None, parent, external_id, contents, fate: Fate::Unknown };
        let body = message.body(parent.map(|parent| &self.memory.messages[parent]), &message.contents[0]);
        let path = format!("/v1/threads/{}/messages", message.thread);
        self.memory.messages.push(message);
        match self.send(Method::POST, &path, body).await {
            End::Answered(answer) => {
                let message = &mut self.memory.messages[index];
                message.id = Some(message_id(&answer, 201));
                message.fate = Fate::There;
                true
            }
            End::Open { gone } => !gone,
        }
    }

    /// Replaces content, by external id or by id.
    async fn replace(&mut self, by_external_id: bool) -> bool {
        let threads = self.threads.clone();
        let fits = |message: &Message| {
            threads.contains(&message.thread) && (!by_external_id || message.external_id.is_some())
        };
        let Some(index) = self.draw(fits) else { return self.append().await };
        let content = self.draw_content(index);
        let message = &self.memory.messages[index];
        let (path, id) = (format!("/v1/threads/{}/messages", message.thread), message.id.clone().unwrap());
        let end = if by_external_id {
            let body = message.body(None, &content);
            self.send(Method::POST, &path, body).await
        } else {
            let body = format!("{{\"content\":{content}}}");
            self.send(Method::PUT, &format!("{path}/{id}"), body).await
        };
        let message = &mut self.memory.messages[index];
        match end {
            End::Answered(answer) => {
                if by_external_id {
                    assert_eq!(message_id(&answer, 200), id);
                }
                message.contents = vec![content];
                true
            }
            End::Open { gone } => {
                message.contents.push(content);
                !gone
            }
        }
    }

    async fn delete(&mut self) -> bool {
        let threads = self.threads.clone();
        let Some(first) = self.draw(|message| threads.contains(&message.thread)) else {
            return self.append().await;
        };
        let thread = self.memory.messages[first].thread.clone();
        let mut chosen = vec![first];
        for _ in 0..self.dice.below(4) {
            chosen.extend(self.draw(|message| message.thread == thread));
        }
        chosen.sort_unstable();
        chosen.dedup();
        let ids: Vec<_> = chosen.iter().map(|index| self.memory.messages[*index].id.clone()).collect();
        let path = format!("/v1/threads/{thread}/messages");
        let end = self.send(Method::DELETE, &path, json!({ "message_ids": ids }).to_string()).await;
        let (fate, goes_on) = match end {
            End::Answered(_) => (Fate::Gone, true),
            End::Open { gone } => (Fate::Unknown, !gone),
        };
        for index in &chosen {
            self.memory.messages[*index].fate = fate;
        }
        if fate == Fate::Unknown {
            self.memory.open_deletes.push(chosen);
        }
        goes_on
    }

    async fn create_thread(&mut self) -> bool {
        let external_id = format!("thread-{}-{}", self.number, self.memory.sent_threads);
        self.memory.sent_threads += 1;
        let body = thread_body(&external_id).to_string();
        let (id, goes_on) = match self.send(Method::POST, "/v1/threads", body).await {
            End::Answered(answer) => (answer.expect(201)["thread_id"].as_str().map(str::to_owned), true),
            End::Open { gone } => (None, !gone),
        };
        self.memory.threads.push(Thread { external_id, id });
        goes_on
    }
}

/// How many threads are written to at a time: the latest ones.
const WINDOW: usize = 8;

/// The threads that are written to.
pub fn window(threads: &[String]) -> &[String] {
    &threads[threads.len().saturating_sub(WINDOW)..]
}

/// Creates threads for everyone; returns their ids.
pub async fn create_threads(client: &Client, count: usize) -> Vec<String> {
    let mut ids = Vec::with_capacity(count);
    for _ in 0..count {
        let created = client.post("/v1/threads", &thread_body("shared")).await.expect(201);
        ids.push(created["thread_id"].as_str().unwrap().to_owned());
    }
    ids
}

/// A thread with something in every field.
pub fn thread_body(external_id: &str) -> Value {
    json!({
        "last_message_at": "2026-01-02T03:04:05.678Z",
        "title": format!("Title of {external_id}"),
        "metadata": { "of": external_id },
        "external_id": external_id,
    })
}

/// The id in the answer to an append, which must have this status.
pub fn message_id(answer: &Answer, status: u16) -> String {
    answer.expect(status)["message_id"].as_str().unwrap().to_owned()
}
