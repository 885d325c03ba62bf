//! Scores: judgements of messages, runs and threads. So far those that feedback on a message writes.
//!
//! Not here: the feedback route, which stands with the messages.

pub mod store;
