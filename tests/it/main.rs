//! Every route against a real server over a real socket, on each engine.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(missing_docs, reason = "tests say in their names what they are for")]

mod health;
mod support;
