//! A project's auth rules, for the dashboard.

mod body;
mod draft;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::body::{SaveRule, SaveRuleBody};
use self::draft::refuse_settings;
use super::book::RuleBook;
use super::model::{AuthRule, in_order};
use super::view::RuleSettings;
use super::warning::{self, Warning};
use crate::app::App;
use crate::auth::key_sets::{Health, Location};
use crate::auth::operator::caller::ProjectOperator;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::http::error::{ErrorBody, Refusals};
use crate::http::extract::{Empty, Json};
use crate::http::query::PathIds;
use crate::id::AuthRuleId;

/// The routes of this room for the dashboard.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_rules, create_rule))
        .routes(routes!(update_rule, delete_rule))
        .routes(routes!(fetch_rule_keys))
        .merge(draft::routes())
}

/// A rule without its secret.
#[derive(Serialize, ToSchema)]
struct RuleView {
    id: AuthRuleId,
    #[serde(flatten)]
    settings: RuleSettings,
    /// What the user's own workspace begins with, before the user id, when a token without the workspace claim
    /// opens it; null when no token does, and for rules from before, where it is called as the user is.
    #[schema(required)]
    personal_prefix: Option<&'static str>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// What an operator should know, as sentences.
    warnings: Vec<String>,
    /// As far as this node knows; null with a shared secret.
    #[schema(required)]
    key_set: Option<Health>,
}

impl RuleView {
    fn new(rule: &AuthRule, warnings: &[Warning], key_set: Option<Health>) -> Self {
        Self {
            id: rule.id.clone(),
            settings: RuleSettings::from(&rule.settings),
            personal_prefix: rule.settings.personal_prefix(),
            created_at: rule.created_at,
            updated_at: rule.updated_at,
            warnings: warnings.iter().map(ToString::to_string).collect(),
            key_set,
        }
    }

    /// With what can be told without asking the network.
    fn stored(book: &RuleBook<'_>, rule: &AuthRule, all: &[AuthRule]) -> Self {
        let mut warnings = warning::of_settings(&rule.settings);
        warnings.extend(warning::beside(&rule.settings, Some(rule), all));
        Self::new(rule, &warnings, book.health(rule))
    }
}

/// A project's rules.
#[derive(Serialize, ToSchema)]
struct RuleList {
    /// In the order in which they are tried.
    rules: Vec<RuleView>,
}

/// The refusal of an id that names no rule of the project.
fn rule_not_found() -> Error {
    Error::not_found("Rule not found")
}

fn changed_meanwhile() -> Error {
    Error::conflict("The rule has changed").with_help("Somebody changed or removed the rule in the meantime")
}

/// The sets of these rules, where this node has never asked for one.
async fn introduce(app: &App, rules: &[Arc<AuthRule>]) {
    let locations = rules.iter().filter_map(|rule| Some((Location::of(rule)?, rule.keys_not_before)));
    app.key_sets().introduce(&locations.collect::<Vec<_>>(), app.clock()).await;
}

/// Lists the project's auth rules in the order in which they are tried, with the health of their key sets.
#[utoipa::path(get, path = "/api/projects/{project_id}/rules", tag = "auth rules", security(("session" = [])),
    params(("project_id" = String, Path)),
    responses((status = 200, body = RuleList), (status = 404, body = ErrorBody), Refusals))]
async fn list_rules(State(app): State<App>, caller: ProjectOperator) -> Result<Json<RuleList>> {
    let book = RuleBook::of(&app, &caller.project.id);
    let all = book.all().await?;
    let rules = in_order(all.clone());
    if caller.project.deleted_at.is_none() {
        introduce(&app, &rules).await;
    }
    let rules = rules.iter().map(|rule| RuleView::stored(&book, rule, &all)).collect();
    Ok(Json(RuleList { rules }))
}

/// Accepts an issuer's tokens from now on, and fetches its key set to see whether that works.
#[utoipa::path(post, path = "/api/projects/{project_id}/rules", tag = "auth rules", security(("session" = [])),
    params(("project_id" = String, Path)), request_body = SaveRuleBody,
    responses((status = 201, body = RuleView), (status = 404, body = ErrorBody), (status = 409, description = "The project is deleted", body = ErrorBody), Refusals))]
async fn create_rule(
    State(app): State<App>,
    caller: ProjectOperator,
    Json(body): Json<SaveRule>,
) -> Result<impl IntoResponse> {
    let book = RuleBook::of(&app, &caller.project.id);
    let settings = body.into_settings(None);
    let warnings = book.check(&settings, None, &book.all().await?).await.map_err(refuse_settings)?;
    let rule = Arc::new(book.create(settings, caller.caller.act(&app)?).await?);
    app.follow_own_change().await;
    introduce(&app, std::slice::from_ref(&rule)).await;
    Ok((StatusCode::CREATED, Json(RuleView::new(&rule, &warnings, book.health(&rule)))))
}

async fn find(book: &RuleBook<'_>, id: &str) -> Result<(AuthRule, Vec<AuthRule>)> {
    let all = book.all().await?;
    let found = all.iter().find(|rule| rule.id.as_str() == id).cloned();
    Ok((found.ok_or_else(rule_not_found)?, all))
}

/// Puts other settings in the place of a rule's.
#[utoipa::path(put, path = "/api/projects/{project_id}/rules/{rule_id}", tag = "auth rules",
    security(("session" = [])), params(("project_id" = String, Path), ("rule_id" = String, Path)),
    request_body = SaveRuleBody,
    responses(
        (status = 200, body = RuleView),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody),
        Refusals,
    ))]
async fn update_rule(
    State(app): State<App>,
    caller: ProjectOperator,
    PathIds([_, id]): PathIds<2>,
    Json(body): Json<SaveRule>,
) -> Result<Json<RuleView>> {
    let book = RuleBook::of(&app, &caller.project.id);
    let (before, all) = find(&book, &id).await?;
    let settings = body.into_settings(Some(&before));
    let warnings = book.check(&settings, Some(&before), &all).await.map_err(refuse_settings)?;
    let act = caller.caller.act(&app)?;
    let rule = book.replace(&before, settings, before.keys_not_before, act).await?;
    let rule = Arc::new(rule.ok_or_else(changed_meanwhile)?);
    app.follow_own_change().await;
    introduce(&app, std::slice::from_ref(&rule)).await;
    Ok(Json(RuleView::new(&rule, &warnings, book.health(&rule))))
}

/// Accepts an issuer's tokens no longer.
#[utoipa::path(delete, path = "/api/projects/{project_id}/rules/{rule_id}", tag = "auth rules",
    security(("session" = [])), params(("project_id" = String, Path), ("rule_id" = String, Path)),
    responses(
        (status = 200, description = "`{}`"),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody),
        Refusals,
    ))]
async fn delete_rule(
    State(app): State<App>,
    caller: ProjectOperator,
    PathIds([_, id]): PathIds<2>,
) -> Result<Empty> {
    let book = RuleBook::of(&app, &caller.project.id);
    let (rule, _) = find(&book, &id).await?;
    if !book.delete(rule, caller.caller.act(&app)?).await? {
        return Err(changed_meanwhile());
    }
    app.follow_own_change().await;
    Ok(Empty)
}

/// Fetches a rule's key set now. When it comes, no key that was fetched before is used any more, on any
/// node; when it does not, everything stays as it is and the health tells why.
#[utoipa::path(post, path = "/api/projects/{project_id}/rules/{rule_id}/fetch-keys", tag = "auth rules",
    security(("session" = [])), params(("project_id" = String, Path), ("rule_id" = String, Path)),
    responses(
        (status = 200, body = RuleView),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody),
        Refusals,
    ))]
async fn fetch_rule_keys(
    State(app): State<App>,
    caller: ProjectOperator,
    PathIds([_, id]): PathIds<2>,
) -> Result<Json<RuleView>> {
    let book = RuleBook::of(&app, &caller.project.id);
    let (before, all) = find(&book, &id).await?;
    let no_set = || Error::conflict("The rule has no key set").with_help("A shared secret is not fetched");
    let location = Location::of(&before).ok_or_else(no_set)?;
    let act = caller.caller.act(&app)?;
    if !app.key_sets().renew(&location, app.clock()).await {
        return Ok(Json(RuleView::stored(&book, &before, &all)));
    }
    let asked_at = act.at;
    let rule = book.replace(&before, before.settings.clone(), asked_at, act).await?;
    let rule = rule.ok_or_else(changed_meanwhile)?;
    app.follow_own_change().await;
    Ok(Json(RuleView::stored(&book, &rule, &all)))
}
