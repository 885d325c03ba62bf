//! Every route against a real server over a real socket, on each engine.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "the support modules read better with plain `pub`")]

mod health;
mod support;
