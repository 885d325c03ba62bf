//! The two routes of a single sign-on: to the issuer, and back.

use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use engine::Conn;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::account::find_or_create;
use super::client::SingleSignOn;
use super::flow::Flow;
use crate::app::App;
use crate::auth::operator::session::{Purpose, set_cookie};
use crate::error::{Error, Result};
use crate::http::error::ErrorBody;
use crate::http::extract::Json;
use crate::http::fields::{Fields, FromBody};
use crate::http::query::{FromQuery, Params, Query};
use crate::operators::model::Operator;
use crate::operators::sign_in::{Browser, Starting};
use crate::operators::store::create_session;
use crate::rules::{self, check_text};

/// The routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(start_single_sign_on)).routes(routes!(finish_single_sign_on))
}

/// Where to go after a single sign-on, and what to accept by it.
#[derive(ToSchema)]
struct StartSingleSignOn {
    /// A path of the dashboard.
    #[schema(nullable = false)]
    return_to: Option<String>,
    /// The secret of an invitation's link that is being followed.
    #[schema(nullable = false)]
    invitation: Option<String>,
}

impl FromBody for StartSingleSignOn {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let return_to = fields.optional("return_to", rules::text(0, 2_000));
        let invitation = fields.optional("invitation", rules::text(1, 255));
        Some(Self { return_to: return_to?, invitation: invitation? })
    }
}

/// Where the browser is to go.
#[derive(Serialize, ToSchema)]
struct SingleSignOnStart {
    /// At the issuer.
    url: String,
}

/// Begins a single sign-on: the answer sets a cookie and says where to go. A body, because the secret of
/// an invitation has no place in a URL.
#[utoipa::path(
    post, path = "/api/sso/start", tag = "session", request_body = StartSingleSignOn,
    responses(
        (status = 200, body = SingleSignOnStart),
        (status = 400, body = ErrorBody),
        (status = 404, description = "Single sign-on is not set up", body = ErrorBody),
        (status = 503, description = "The issuer cannot be reached", body = ErrorBody),
    )
)]
async fn start_single_sign_on(
    State(app): State<App>,
    Json(body): Json<StartSingleSignOn>,
) -> Result<impl IntoResponse> {
    let issuer = single_sign_on(&app)?;
    let flow = Flow::draw(&app, body.return_to.as_deref(), body.invitation, app.clock().now())?;
    let (redirect_uri, challenge) = (redirect_uri(&app), flow.challenge());
    let url = issuer.authorization_url(&redirect_uri, &flow.state, &flow.nonce, &challenge).await?;
    let cookie = flow.to_cookie(app.directory().vault(), app.bases())?;
    Ok(([(SET_COOKIE, cookie)], Json(SingleSignOnStart { url })))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Finish {
    /// What the browser was sent away with.
    state: Option<String>,
    /// To be exchanged for the ID token.
    code: Option<String>,
    /// Why there is no code.
    error: Option<String>,
}

impl FromQuery for Finish {
    fn read(query: &mut Params) -> Option<Self> {
        let text = |value: &str| check_text(value, 0, 8_000).map(|()| value.to_owned());
        let (state, code) = (query.optional("state", text), query.optional("code", text));
        let error = query.optional("error", text);
        Some(Self { state: state?, code: code?, error: error? })
    }
}

/// Where the issuer sends the browser back to: signs the operator in and goes on into the dashboard.
#[utoipa::path(
    get, path = "/api/sso/callback", tag = "session", params(Finish),
    responses(
        (status = 302, description = "Into the dashboard, or back to the sign-in page with `problem`"),
        (status = 404, description = "Single sign-on is not set up", body = ErrorBody),
    )
)]
async fn finish_single_sign_on(
    State(app): State<App>,
    browser: Browser,
    headers: HeaderMap,
    Query(query): Query<Finish>,
) -> Result<Response> {
    let issuer = single_sign_on(&app)?;
    let Some(flow) = Flow::resume(&app, &headers, query.state.as_deref().unwrap_or_default()) else {
        return sign_in_page(&app, "sso_expired");
    };
    let Some(code) = query.code.filter(|_| query.error.is_none()) else {
        return sign_in_page(&app, "sso_refused");
    };
    let proof = (code.as_str(), flow.verifier.as_str(), flow.nonce.as_str());
    let person = match issuer.redeem(&app, &redirect_uri(&app), proof).await {
        Ok(person) => person,
        Err(error) => {
            tracing::warn!(error = error.message(), "a single sign-on was refused");
            return sign_in_page(&app, "sso_failed");
        }
    };
    match find_or_create(&app, person, flow.invitation.as_deref()).await? {
        Ok(operator) => enter(&app, &operator, &browser, &flow).await,
        Err(stranger) => sign_in_page(&app, stranger.code()),
    }
}

async fn enter(app: &App, operator: &Operator, browser: &Browser, flow: &Flow) -> Result<Response> {
    let starting = Starting::draw(app, &operator.id, browser)?;
    let session = starting.session().clone();
    app.store().write(async move |conn: &mut Conn<'_>| create_session(conn, &session).await).await?;
    let [session, device] = starting.cookies(app)?;
    go(&flow.return_to, vec![session, device, forget_flow(app)?])
}

fn single_sign_on(app: &App) -> Result<&SingleSignOn> {
    app.single_sign_on().ok_or_else(|| {
        Error::not_found("Single sign-on is not set up")
            .with_help("See the settings sso_issuer and sso_client_id")
    })
}

fn redirect_uri(app: &App) -> String {
    format!("{}/api/sso/callback", app.bases().public_url())
}

fn sign_in_page(app: &App, problem: &str) -> Result<Response> {
    go(&format!("{}/dashboard/sign-in?problem={problem}", app.bases().prefix()), vec![forget_flow(app)?])
}

fn forget_flow(app: &App) -> Result<HeaderValue> {
    set_cookie(app.bases(), Purpose::SingleSignOn, "", 0)
}

fn go(to: &str, cookies: Vec<HeaderValue>) -> Result<Response> {
    let location = HeaderValue::try_from(to).map_err(Error::internal)?;
    let cookies = AppendHeaders(cookies.into_iter().map(|cookie| (SET_COOKIE, cookie)).collect::<Vec<_>>());
    Ok((StatusCode::FOUND, [(LOCATION, location)], cookies).into_response())
}
