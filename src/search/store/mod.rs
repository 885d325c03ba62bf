//! The queries on documents and on what is to become one.

mod changes;
mod documents;
mod hits;

pub use changes::{
    QUEUE_NEW_MESSAGE, forget_messages, forget_some_of_project, forget_thread, forget_user, renew_message,
    renew_title, renew_workspace,
};
pub use documents::{Position, Waiting, count_waiting, index, list_waiting};
pub use hits::{find_threads, find_titles};

/// The place of a title where others have the id of a message.
const TITLE: &str = "";
