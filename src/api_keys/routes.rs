//! Minting a workspace token with a key.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::caller::ProjectKey;
use crate::auth::workspace_token;
use crate::error::Result;
use crate::http::error::ErrorBody;
use crate::http::extract::Json;
use crate::http::headers;
use crate::rules::display_name;
use crate::users::names::Teller;

const NAME_HEADER: HeaderName = HeaderName::from_static("aui-user-name");

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create_token))
}

/// A token for a browser to work with.
#[derive(Serialize, ToSchema)]
struct TokenView {
    /// An EdDSA JWT, good for five minutes.
    token: String,
}

/// Mints a workspace token for the user and workspace that the headers name, and notes what the user is called.
/// The body is ignored.
#[utoipa::path(
    post, path = "/v1/auth/tokens", tag = "auth", security(("api_key" = [])),
    params(
        ("Aui-Workspace-Id" = String, Header, description = "The workspace"),
        ("Aui-User-Id" = Option<String>, Header, description = "The user; `__SYSTEM__` when absent"),
        ("Aui-User-Name" = Option<String>, Header, description = "What the user is called, for the dashboard: \
            percent-encoded UTF-8 (`encodeURIComponent`), or plain text. Cut to 255 characters; never an error"),
    ),
    responses(
        (status = 200, body = TokenView),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
    )
)]
async fn create_token(State(app): State<App>, caller: ProjectKey, all: HeaderMap) -> Result<Json<TokenView>> {
    let token = workspace_token::mint(&app, &caller.project, &caller.user, caller.scope.workspace())?;
    if let Some(name) = told_name(&all).filter(|_| !caller.user.is_system()) {
        let user = (caller.project.id(), &caller.user);
        app.names().note(user, &name, Teller::Backend, app.clock().now());
    }
    Ok(Json(TokenView { token }))
}

/// What the backend calls the user. JavaScript sends no header with characters past U+00FF, so the name may be
/// percent-encoded; text of which that would make no UTF-8 stands for itself. Two names are none.
fn told_name(all: &HeaderMap) -> Option<String> {
    let mut values = all.get_all(NAME_HEADER).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let text = headers::text(value);
    match percent_decode_str(&text).decode_utf8() {
        Ok(name) => display_name(&name),
        Err(_) => display_name(&text),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn name(values: &[&[u8]]) -> Option<String> {
        let entry = |value: &&[u8]| (NAME_HEADER, HeaderValue::from_bytes(value).unwrap());
        told_name(&values.iter().map(entry).collect())
    }

    #[test]
    fn a_name_comes_in_every_form_that_clients_can_send() {
        for (sent, name_is) in [
            (&b"Ann Lee"[..], "Ann Lee"),
            (b"Ann%20Lee", "Ann Lee"),
            (b"Jos%C3%A9", "José"),
            (b"Jos\xe9", "José"),
            ("José".as_bytes(), "José"),
            (b"%E6%9D%8E%20%F0%9F%98%80", "李 😀"),
            (b"100% Ann", "100% Ann"),
            (b"100%25 Ann", "100% Ann"),
            (b"50%off", "50%off"),
            (b"%FF", "%FF"),
            (b"%20%20Ann%0A", "Ann"),
            (b"A%00nn", "Ann"),
        ] {
            assert_eq!(name(&[sent]).as_deref(), Some(name_is), "{sent:?}");
        }
        assert_eq!(name(&["n".repeat(300).as_bytes()]).unwrap().len(), 255);
    }

    #[test]
    fn nothing_is_no_name() {
        for sent in ["", "   ", "%20", "%00"] {
            assert_eq!(name(&[sent.as_bytes()]), None, "{sent:?}");
        }
        assert_eq!(name(&[]), None);
        assert_eq!(name(&[b"Ann", b"Bob"]), None, "which of the two?");
    }
}
