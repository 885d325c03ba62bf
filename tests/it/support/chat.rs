//! Threads and messages as a caller handles them.

use engine::{Conn, Param};
use serde_json::{Value, json};

use super::{Answer, Client, TestApp};

/// A thread's ten fields.
pub async fn thread(client: &Client, id: &str) -> Value {
    client.get(&format!("/v1/threads/{id}")).await.expect(200)["thread"].clone()
}

/// The threads of a list with this query.
pub async fn threads(client: &Client, query: &str) -> Vec<Value> {
    let listed = client.get(&format!("/v1/threads{query}")).await.expect(200);
    listed["threads"].as_array().unwrap().clone()
}

/// The messages of a thread with this query.
pub async fn messages(client: &Client, thread: &str, query: &str) -> Vec<Value> {
    let listed = client.get(&format!("/v1/threads/{thread}/messages{query}")).await.expect(200);
    listed["messages"].as_array().unwrap().clone()
}

/// One field of every row.
pub fn field<'r>(rows: &'r [Value], name: &str) -> Vec<&'r str> {
    rows.iter().map(|row| row[name].as_str().unwrap()).collect()
}

/// The ids of the rows.
pub fn ids(rows: &[Value]) -> Vec<&str> {
    field(rows, "id")
}

/// The row of that id.
#[track_caller]
pub fn row<'r>(rows: &'r [Value], id: &str) -> &'r Value {
    rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

/// Posts a message's whole body.
pub async fn post_message(client: &Client, thread: &str, body: &Value) -> Answer {
    client.post(&format!("/v1/threads/{thread}/messages"), body).await
}

/// A message that an assistant wrote: nobody's activity.
pub fn reply(parent: Option<&str>, text: &str) -> Value {
    json!({
        "parent_id": parent,
        "format": "aui/v0",
        "content": { "role": "assistant", "content": [{ "type": "text", "text": text }] },
    })
}

/// The same body with more members, or other ones.
pub fn with(mut body: Value, more: &Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// Deletes messages.
pub async fn delete_messages(client: &Client, thread: &str, ids: &[&str]) -> Answer {
    client.delete_with(&format!("/v1/threads/{thread}/messages"), &json!({ "message_ids": ids })).await
}

impl TestApp {
    /// A number that the database holds.
    pub async fn count(&self, sql: &'static str, params: &[&dyn Param]) -> i64 {
        let counted = self.store.read(async |conn| conn.first(sql, params, |row| row.get::<i64>(0)).await);
        counted.await.unwrap().unwrap()
    }
}

/// A message that is put into the database past the API, where one by one would take minutes.
pub struct Planted {
    /// Its number, which its id ends in.
    pub number: usize,
    /// The number of its parent.
    pub parent: Option<usize>,
    /// Where it stands.
    pub height: i64,
}

impl Planted {
    /// The link of that number in a chain.
    pub fn in_chain(number: usize) -> Self {
        Self { number, parent: number.checked_sub(1), height: number as i64 }
    }
}

/// The id of a planted message.
pub fn planted_id(number: usize) -> String {
    format!("msg_0planted{number:06}")
}

/// Puts messages of `author` into a thread.
pub async fn plant(app: &TestApp, thread: &str, author: &str, messages: &[Planted]) {
    let rows: Vec<_> = messages
        .iter()
        .map(|it| (planted_id(it.number), it.parent.map(planted_id), it.height, it.number as i64))
        .collect();
    let (thread, author) = (thread.to_owned(), author.to_owned());
    let insert = async move |conn: &mut Conn<'_>| {
        let sql = "INSERT INTO messages (project_id, thread_id, id, parent_id, height, format, content, created_by,
                                         updated_by, created_at, updated_at, is_guests)
                   SELECT t.project_id, t.id, ?2, ?3, ?4, 'aui/v0', '{\"role\":\"user\",\"content\":[]}', ?6, ?6,
                          ?5, ?5, t.created_by <> ?6
                   FROM threads t WHERE t.id = ?1";
        let sets: Vec<[&dyn Param; 6]> = rows
            .iter()
            .map(|(id, parent, height, at)| [&thread as &dyn Param, id, parent, height, at, &author])
            .collect();
        let sets: Vec<&[&dyn Param]> = sets.iter().map(|set| &set[..]).collect();
        conn.execute_many(sql, &sets).await
    };
    assert_eq!(app.store.write(insert).await.unwrap(), messages.len() as u64);
}
