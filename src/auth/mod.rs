//! Who is calling, and what that allows.
//!
//! The deciding parts are functions of a header's bytes, a base, the time and what the [`directory`]
//! remembers. Not here: the routes that hand out credentials (`api_keys`, `anonymous`).

pub mod api_key;
pub mod caller;
pub mod credential;
pub mod directory;
pub mod jwt;
pub mod permissions;
pub mod provider_token;
pub mod scope;
pub mod workspace_token;
