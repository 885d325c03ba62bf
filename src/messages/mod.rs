//! Messages: what is said in a thread, as a tree in which nothing is overwritten by an edit.
//!
//! Not here: what the content means (the formats), and scores beyond the feedback on a message.

pub mod appending;
pub mod content;
pub mod deletion;
mod feedback;
pub mod model;
pub mod operator_routes;
pub mod page;
pub mod reading;
pub mod routes;
pub mod store;
pub mod thumbs;
pub mod tree;
pub mod versions;
