//! Which operator a request of the dashboard comes from, and what that allows.
//!
//! Not here: operators and sessions as they are stored (`operators`), and who is a member of what
//! (`members`).

pub mod caller;
pub mod csrf;
pub mod gate;
pub mod session;
