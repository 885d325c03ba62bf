//! The PostgreSQL way: COPY, then VACUUM ANALYZE so that no later read has to tidy up.

use std::fmt::Write as _;
use std::pin::{Pin, pin};

use anyhow::Result;
use bytes::Bytes;
use futures_util::SinkExt as _;
use tokio_postgres::{Client, CopyInSink, NoTls};

use crate::content::{self, Turns};
use crate::dataset::{self, Sizes, Thread};

/// Lines go out in pieces of about this size.
const CHUNK_BYTES: usize = 1 << 20;

/// Fills the database at `url`.
pub(super) async fn fill(url: &str, project: &str, sizes: &Sizes, turns: Turns) -> Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let driver = tokio::spawn(connection);
    copy_workspaces(&client, project, sizes).await?;
    copy_threads(&client, project, sizes).await?;
    copy_messages(&client, project, sizes, turns).await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    client.batch_execute("CHECKPOINT").await?;
    drop(client);
    driver.await??;
    Ok(())
}

/// Lines in COPY's text form. No value of the data set holds a tab, a backslash or a line's end.
struct Lines<'a> {
    sink: Pin<&'a mut CopyInSink<Bytes>>,
    text: String,
}

impl<'a> Lines<'a> {
    fn new(sink: Pin<&'a mut CopyInSink<Bytes>>) -> Self {
        Self { sink, text: String::with_capacity(CHUNK_BYTES + 4096) }
    }

    async fn flush_if_large(&mut self) -> Result<()> {
        if self.text.len() < CHUNK_BYTES {
            return Ok(());
        }
        self.flush().await
    }

    async fn flush(&mut self) -> Result<()> {
        let chunk = Bytes::copy_from_slice(self.text.as_bytes());
        self.text.clear();
        self.sink.send(chunk).await?;
        Ok(())
    }

    async fn finish(mut self) -> Result<()> {
        self.flush().await?;
        self.sink.as_mut().finish().await?;
        Ok(())
    }
}

async fn copy_workspaces(client: &Client, project: &str, sizes: &Sizes) -> Result<()> {
    let (month, now) = super::this_month()?;
    let sink =
        pin!(client.copy_in("COPY workspaces (project_id, id, created_by, created_at) FROM STDIN").await?);
    let mut lines = Lines::new(sink);
    for number in 0..sizes.all_workspaces() {
        let (id, user) = (dataset::workspace_id(number), dataset::user_id(number));
        writeln!(lines.text, "{project}\t{id}\t{user}\t{now}")?;
        lines.flush_if_large().await?;
    }
    lines.finish().await?;

    let sink =
        pin!(client.copy_in("COPY active_users (project_id, month, user_id, first_at) FROM STDIN").await?);
    let mut lines = Lines::new(sink);
    for number in 0..sizes.all_workspaces() {
        let user = dataset::user_id(number);
        writeln!(lines.text, "{project}\t{month}\t{user}\t{now}")?;
        lines.flush_if_large().await?;
    }
    lines.finish().await?;
    let count = i64::from(sizes.all_workspaces());
    client
        .execute(
            "INSERT INTO active_user_counts (project_id, month, count) VALUES ($1, $2, $3)",
            &[&project, &month, &count],
        )
        .await?;
    Ok(())
}

async fn copy_threads(client: &Client, project: &str, sizes: &Sizes) -> Result<()> {
    let copy = "COPY threads (project_id, id, workspace_id, title, is_archived, last_message_at, thumbs_up, \
                thumbs_down, created_by, updated_by, created_at, updated_at) FROM STDIN";
    let sink = pin!(client.copy_in(copy).await?);
    let mut lines = Lines::new(sink);
    for number in 0..sizes.all_threads() {
        let thread = Thread(number);
        let workspace = sizes.workspace_of(thread);
        let (id, owner, user) =
            (sizes.thread_id(thread), dataset::workspace_id(workspace), dataset::user_id(workspace));
        let (title, created) = (content::title(number), sizes.thread_time(thread));
        let last = sizes.message_time(thread, sizes.messages_of(thread).saturating_sub(1));
        writeln!(
            lines.text,
            "{project}\t{id}\t{owner}\t{title}\tf\t{last}\t0\t0\t{user}\t{user}\t{created}\t{last}"
        )?;
        lines.flush_if_large().await?;
    }
    lines.finish().await
}

async fn copy_messages(client: &Client, project: &str, sizes: &Sizes, turns: Turns) -> Result<()> {
    let copy = "COPY messages (project_id, thread_id, id, parent_id, height, format, content, created_by, \
                updated_by, created_at, updated_at) FROM STDIN";
    let sink = pin!(client.copy_in(copy).await?);
    let mut lines = Lines::new(sink);
    let format = content::FORMAT;
    for number in 0..sizes.all_threads() {
        let thread = Thread(number);
        let (thread_id, user) = (sizes.thread_id(thread), dataset::user_id(sizes.workspace_of(thread)));
        let mut parent = r"\N".to_owned();
        for n in 0..sizes.messages_of(thread) {
            let (id, time) = (sizes.message_id(thread, n), sizes.message_time(thread, n));
            write!(lines.text, "{project}\t{thread_id}\t{id}\t{parent}\t{n}\t{format}\t")?;
            turns(&mut lines.text, number, n);
            writeln!(lines.text, "\t{user}\t{user}\t{time}\t{time}")?;
            lines.flush_if_large().await?;
            parent = id;
        }
    }
    lines.finish().await
}
