//! The workspace token that an answer offers to whoever came with a provider token (spec:
//! authentication, section 4).

use std::sync::{Arc, OnceLock};

use axum::http::HeaderValue;

/// Travels with a request, so that whatever becomes of it after its credential was accepted, the answer
/// can carry the token. Empty for every other credential and for those that were refused.
#[derive(Clone, Debug, Default)]
pub struct Exchange(Arc<OnceLock<HeaderValue>>);

impl Exchange {
    /// Puts the token on the answer.
    pub fn offer(&self, token: impl AsRef<str>) {
        // Base64url and dots: always a header value.
        if let Ok(mut value) = HeaderValue::try_from(format!("Bearer {}", token.as_ref())) {
            value.set_sensitive(true);
            // A request has one credential; a second offer would be the same.
            let _first = self.0.set(value);
        }
    }

    /// The value of the answer's `Authorization` header.
    pub fn offered(&self) -> Option<HeaderValue> {
        self.0.get().cloned()
    }
}
