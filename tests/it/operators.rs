//! The people who sign in to the dashboard: how they get in, what they may do, how they are kept apart.

mod access;
mod account;
mod invitations;
mod members;
mod page;
mod setup;
mod sign_in;
mod single_sign_on;
