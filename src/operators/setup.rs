//! The one-time link that lets the first operator in: printed by every start until there is one.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use crate::config::Secret;
use crate::error::{Error, Result};
use crate::instance::Vault;

/// What the link's secret is derived for. It follows from the instance secret, so that it outlives a
/// restart and is the same on every node; it is worth nothing once there is an operator.
const PURPOSE: &str = "setup link";

/// The secret in the link.
///
/// # Errors
/// When the instance secret gives no key.
pub fn token(vault: &Vault) -> Result<Secret> {
    vault.derive(PURPOSE)
}

/// The link. The secret stands behind the `#`, so that no proxy or log sees it.
///
/// # Errors
/// When the instance secret gives no key.
pub fn link(vault: &Vault, public_url: &str) -> Result<String> {
    Ok(format!("{public_url}/dashboard/setup#{}", token(vault)?.reveal()))
}

/// Checks the secret that a request brings.
///
/// # Errors
/// 403.
pub fn check(vault: &Vault, sent: &str) -> Result<()> {
    let token = token(vault)?;
    verify_slices_are_equal(sent.as_bytes(), token.reveal().as_bytes()).map_err(|_| {
        Error::forbidden("The setup link is not valid")
            .with_help("Use the link that `threadkeep serve` printed last when it started")
    })
}

/// The refusal once there is an operator.
pub fn over() -> Error {
    Error::forbidden("This instance is set up").with_help("Sign in, or ask an owner for an invitation")
}
