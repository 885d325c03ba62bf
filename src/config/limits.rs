//! What the instance may spend on its callers at a time.

use serde::Deserialize;

use super::{Config, ConfigError};
use crate::http::budget::LEAST_SHARE;

/// The section `[limits]`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsSettings {
    buffered_bytes: usize,
}

impl Config {
    /// The bytes of memory for bodies and answers on their way.
    pub fn buffered_bytes(&self) -> usize {
        self.limits.buffered_bytes
    }

    pub(super) fn check_limits(&self) -> Result<(), ConfigError> {
        if self.limits.buffered_bytes < 2 * LEAST_SHARE { Err(ConfigError::BufferedBytes) } else { Ok(()) }
    }
}
