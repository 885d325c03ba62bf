//! The queries on documents and on what is to become one.

mod changes;
mod documents;
mod hits;
mod queue;

pub use changes::{
    QUEUE_NEW_MESSAGE, QUEUE_NEW_THREAD, forget_messages, forget_some_of_project, forget_thread, forget_user,
    renew_message, renew_title, renew_workspace,
};
pub use documents::{Document, index, index_more};
pub use hits::{find_threads, find_titles};
pub use queue::{Position, Waiting, claim, count_waiting, list_waiting};

/// The place of a title where others have the id of a message.
const TITLE: &str = "";
