//! Every route against a real server over a real socket, on each engine.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "the support modules read better with plain `pub`")]

mod active_users;
mod anonymous;
mod audit_log;
mod auth;
mod authorization;
mod bad_input;
mod bases;
mod commands;
mod commands_beside_server;
mod commands_for_members;
mod commands_for_rules;
mod connections;
mod erasure;
mod fair_use;
mod feedback;
mod figures;
mod health;
mod instance_page;
mod message_copies;
mod message_formats;
mod message_lists;
mod message_versions;
mod messages;
mod messages_tree;
mod migrations;
mod operators;
mod pooler;
mod project_deletion;
mod project_keys;
mod project_rules;
mod project_settings;
mod run_leases;
mod search;
mod support;
mod thread_lists;
mod threads;
mod threads_of_operators;
mod thumbs;
mod titles;
mod users_of_operators;
