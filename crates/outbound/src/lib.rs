//! The HTTP client for URLs that others chose: key sets, discovery documents, webhooks, model providers.
//!
//! Whoever may write a URL into a project must not reach our host, its network or its cloud's metadata
//! service through us (server-side request forgery). So a call goes to public HTTPS only, unless the
//! operator listed its host or its network as an allowed private [`Target`]; a listed one may be called by
//! plain `http`, too. What is guarded, and where:
//!
//! 1. The text, when it is saved and again before each call: [`Outbound::check`].
//! 2. The addresses of the name, when it is saved: [`Outbound::check_resolved`].
//! 3. The addresses of the name at each connection. One lookup serves both the check and the connection,
//!    so that a name cannot change its address in between (DNS rebinding), and one bad address refuses the
//!    whole name.
//! 4. Every redirect, as if its target had been written in the first place.
//!
//! The URL is read once, by the `url` crate, whose result is checked and called: two readers that disagree
//! about the host would be a way around the check. That also settles `127.1`, `0x7f000001` and the like.
//!
//! Proxies of the environment (`HTTPS_PROXY` and so on) are ignored: a proxy would look the name up for
//! itself, after our check. Connections are kept for a few seconds; the address they go to was checked when
//! they were opened. Certificates are checked against the roots of the operating system, or those in the
//! file that `SSL_CERT_FILE` names.
//!
//! This crate knows nothing of our domain: what is fetched, and what it means, is its caller's business.

mod address;
mod client;
mod error;
mod freshness;
mod policy;
mod resolve;
mod target;

pub use client::{Fetched, Limits, Outbound};
pub use error::{Error, Refused};
pub use policy::Policy;
pub use resolve::{Resolve, SystemResolver};
pub use target::{BadTarget, Target};
