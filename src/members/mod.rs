//! Organizations, who is a member of one and as what, and invitations.
//!
//! Not here: operators as persons (`operators`), and what a role allows (`auth::permissions`).

pub mod invitations;
pub mod model;
pub mod routes;
pub mod store;
