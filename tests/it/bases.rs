//! Where a project is reached: its bases, what is good at which of them, its public keys, and what
//! pages of other origins may do there.

mod allowed_origins;
mod binding;
mod cors;
mod keys;
mod paths;
