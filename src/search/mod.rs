//! Full-text search in the titles and messages of a project.
//!
//! What is written stands in a queue, put there in the transaction that writes it; a job (`index`) makes
//! documents of it a moment later, so that no append waits for that. What is deleted, emptied or erased
//! takes its documents along in its own transaction. Text becomes words in one place (`words`), on both
//! engines the same; what the engines make of words is `engine`'s business.

pub mod index;
pub mod operator_routes;
mod parts;
pub mod query;
pub(crate) mod snippet;
pub mod store;
pub(crate) mod text;
pub mod words;
