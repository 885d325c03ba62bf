//! Who is calling, and what that allows.
//!
//! The deciding parts are functions of a header's bytes, a base, the time and what the [`directory`]
//! remembers. Not here: the routes that hand out credentials (`api_keys`, `anonymous`).

pub mod algorithm;
pub mod api_key;
pub mod caller;
pub mod credential;
pub mod directory;
pub mod exchange;
pub mod explain;
pub mod jwt;
pub mod key_sets;
pub mod operator;
pub mod permissions;
pub mod presets;
pub mod provider_token;
pub mod rules;
pub mod scope;
pub mod workspace_token;
