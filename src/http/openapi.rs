//! The OpenAPI document, made from the code.

use std::sync::OnceLock;

use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::error::ErrorBody;
use super::router;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Threadkeep",
        description = "The self-hosted conversation backend for assistant-ui apps.\n\n\
            A project's API is reached at the instance's own address and at `/{label}` below it.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ErrorBody)),
    modifiers(&Credentials)
)]
struct Frame;

struct Credentials;

impl utoipa::Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = |format: &str, text: &str| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format);
            SecurityScheme::Http(scheme.description(Some(text)).build())
        };
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "api_key",
            bearer("sk_aui_proj_…", "An API key, with `Aui-Workspace-Id` and, optionally, `Aui-User-Id`."),
        );
        let token = "A workspace token, or a provider's token that an auth rule of the project trusts. Every answer \
                     to the latter carries a workspace token in its `Authorization` header.";
        components.add_security_scheme("token", bearer("JWT", token));
    }
}

/// The document without any route.
pub(super) fn frame() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

/// The whole document.
pub fn document() -> utoipa::openapi::OpenApi {
    router::rooms().into_openapi()
}

/// The whole document as JSON, printed once.
pub fn document_text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        // Only types that cannot be printed could make this fail; the document has none.
        document().to_pretty_json().unwrap_or_default() + "\n"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_document_is_what_the_code_makes() {
        let committed = include_str!("../../docs/openapi.json");
        assert!(committed == document_text(), "docs/openapi.json is stale: run `make gen`");
    }
}
