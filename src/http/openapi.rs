//! The OpenAPI document, made from the code.

use std::sync::OnceLock;

use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::error::{ErrorBody, ZodError, ZodErrorBody, ZodErrorBodyOrOther};
use super::router;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Threadkeep",
        description = "The self-hosted conversation backend for assistant-ui apps.\n\n\
            A project's API is reached at the instance's own address and at `/{label}` below it.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ErrorBody, ZodErrorBodyOrOther, ZodErrorBody, ZodError)),
    modifiers(&Credentials)
)]
struct Frame;

/// The operator API has a document of its own: what it describes is for the dashboard, not for apps.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Threadkeep operator API",
        description = "What the dashboard calls. A request carries the cookie of a session that \
            `POST /api/session` started, and, unless it only reads, the session's `csrf_token` as \
            `X-CSRF-Token`. It answers pages of its own origin alone.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ErrorBody)),
    modifiers(&SessionCookie)
)]
struct OperatorFrame;

struct SessionCookie;

impl utoipa::Modify for SessionCookie {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let text =
            "Set by `POST /api/session`. Over TLS its name is `__Host-threadkeep`, else it ends in the port.";
        let cookie = ApiKeyValue::with_description("__Host-threadkeep", text);
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

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

/// The document for apps, without any route.
pub(super) fn frame() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

/// The document for the dashboard, without any route.
pub(super) fn operator_frame() -> utoipa::openapi::OpenApi {
    OperatorFrame::openapi()
}

/// The document for apps as JSON, printed once.
pub fn document_text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| print(&router::rooms().into_openapi()))
}

/// The document for the dashboard as JSON, printed once.
pub fn operator_document_text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| print(&router::operator_rooms().into_openapi()))
}

fn print(document: &utoipa::openapi::OpenApi) -> String {
    // Only types that cannot be printed could make this fail; the documents have none.
    document.to_pretty_json().unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_a_project_may_be_refused_since_it_is_deleted() {
        let document: serde_json::Value = serde_json::from_str(operator_document_text()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let of_projects = paths.iter().filter(|(path, _)| path.starts_with("/api/projects/{project_id}"));
        let operations = of_projects.flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, operation)| (path, method, operation))
        });
        let mut changes = operations.filter(|(_, method, _)| *method != "get").peekable();
        assert!(changes.peek().is_some());
        for (path, method, operation) in changes {
            assert!(operation["responses"].get("409").is_some(), "{method} {path}");
        }
    }

    #[test]
    fn the_committed_documents_are_what_the_code_makes() {
        for (name, committed, made) in [
            ("openapi.json", include_str!("../../docs/openapi.json"), document_text()),
            (
                "operator-openapi.json",
                include_str!("../../docs/operator-openapi.json"),
                operator_document_text(),
            ),
        ] {
            assert!(committed == made, "docs/{name} is stale: run `make gen`");
        }
    }
}
