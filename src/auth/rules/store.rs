//! The queries on auth rules.

use engine::{Conn, Row};
use serde_json::Value;

use super::claims::Template;
use super::condition::Condition;
use super::model::{AuthRule, Fallback, KeySource, Personal, Settings, sealing_purpose};
use crate::audit::model::{Act, Change};
use crate::audit::store::append_entry;
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::id::{AuthRuleId, ProjectId};
use crate::instance::Vault;
use crate::instance::store::raise_directory_version;
use crate::users::store::forget_names;

/// A rule to write, its secret sealed before the transaction begins.
#[derive(Clone)]
pub struct SealedRule {
    rule: AuthRule,
    secret_sealed: Option<Vec<u8>>,
}

impl SealedRule {
    /// Seals the rule's secret, if it has one.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn seal(vault: &Vault, project: &ProjectId, rule: AuthRule) -> Result<Self> {
        let secret_sealed = match &rule.settings.keys {
            KeySource::Secret(secret) => {
                Some(vault.seal(&sealing_purpose(project, &rule.id), secret.reveal().as_bytes())?)
            }
            KeySource::KeySet(_) | KeySource::Discovery => None,
        };
        Ok(Self { rule, secret_sealed })
    }
}

/// A rule's row with its secret still sealed.
struct Stored {
    id: AuthRuleId,
    secret_sealed: Option<Vec<u8>>,
    jwks_url: Option<String>,
    settings: Settings,
    keys_not_before: Timestamp,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Stored {
    fn open(self, vault: &Vault, project: &ProjectId) -> Result<AuthRule> {
        let mut settings = self.settings;
        settings.keys = match (self.jwks_url, self.secret_sealed) {
            (Some(url), _) => KeySource::KeySet(url),
            (None, Some(sealed)) => {
                let opened =
                    vault.open(&sealing_purpose(project, &self.id), &sealed).map_err(Error::internal)?;
                KeySource::Secret(Secret::new(String::from_utf8(opened).map_err(Error::internal)?))
            }
            (None, None) => KeySource::Discovery,
        };
        Ok(AuthRule {
            id: self.id,
            settings,
            keys_not_before: self.keys_not_before,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

fn to_stored(row: &Row<'_>) -> engine::Result<Stored> {
    // What is stored was checked when it was written.
    let template = |index| -> engine::Result<Option<Template>> {
        Ok(row.optional_text(index)?.and_then(|text| Template::parse(text).ok()))
    };
    let conditions: Vec<String> = serde_json::from_str(row.text(11)?).unwrap_or_default();
    Ok(Stored {
        id: row.get(0)?,
        jwks_url: row.get(6)?,
        secret_sealed: row.get(7)?,
        settings: Settings {
            name: row.get(1)?,
            provider: row.get(2)?,
            issuer: row.get(3)?,
            audience: row.get(4)?,
            audience_claim: row.get(5)?,
            keys: KeySource::Discovery,
            user_claim: row.get(8)?,
            user_prefix: row.get(15)?,
            workspace: template(9)?,
            workspace_fallback: Fallback::read(row.text(10)?).unwrap_or(Fallback::Refuse),
            personal: if row.get(17)? { Personal::Apart } else { Personal::AsUser },
            name_claim: template(16)?,
            conditions: conditions.iter().filter_map(|text| Condition::parse(text).ok()).collect(),
        },
        keys_not_before: Timestamp::from_millis(row.get(12)?),
        created_at: Timestamp::from_millis(row.get(13)?),
        updated_at: Timestamp::from_millis(row.get(14)?),
    })
}

/// A project's rules, oldest first, their secrets opened.
///
/// # Errors
/// The database's, or when a secret was sealed under another instance secret.
pub async fn list_rules(conn: &mut Conn<'_>, vault: &Vault, project: &ProjectId) -> Result<Vec<AuthRule>> {
    let sql =
        "SELECT id, name, provider, issuer, audience, audience_claim, jwks_url, secret_sealed, user_claim,
                      workspace, workspace_fallback, conditions, keys_not_before, created_at, updated_at,
                      user_prefix, name_claim, personal_apart
               FROM auth_rules WHERE project_id = ?1 ORDER BY created_at, id";
    let stored = conn.all(sql, &[project], to_stored).await?;
    stored.into_iter().map(|rule| rule.open(vault, project)).collect()
}

/// Stores a new rule.
///
/// # Errors
/// The database's.
pub async fn create_rule(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    new: &SealedRule,
    act: &Act,
) -> Result<()> {
    insert(conn, project, new).await?;
    let rule = &new.rule;
    record(conn, project, "auth_rule.create", rule, None, Some(rule.settings.to_json()), act).await
}

/// Puts a rule in the place of the one with its id, if that is still as it was `before`; false when it
/// has been changed or removed.
///
/// # Errors
/// The database's.
pub async fn update_rule(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    new: &SealedRule,
    before: &AuthRule,
    act: &Act,
) -> Result<bool> {
    let rule = &new.rule;
    if !delete(conn, project, before).await? {
        return Ok(false);
    }
    insert(conn, project, new).await?;
    let (before, after) = (Some(before.settings.to_json()), Some(rule.settings.to_json()));
    record(conn, project, "auth_rule.update", rule, before, after, act).await?;
    forget_names_without_source(conn, project).await?;
    Ok(true)
}

/// Deletes a rule; false when it has been changed or removed.
///
/// # Errors
/// The database's.
pub async fn delete_rule(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    rule: &AuthRule,
    act: &Act,
) -> Result<bool> {
    if !delete(conn, project, rule).await? {
        return Ok(false);
    }
    record(conn, project, "auth_rule.delete", rule, Some(rule.settings.to_json()), None, act).await?;
    forget_names_without_source(conn, project).await?;
    Ok(true)
}

async fn record(
    conn: &mut Conn<'_>,
    project: &ProjectId,
    action: &'static str,
    rule: &AuthRule,
    before: Option<Value>,
    after: Option<Value>,
    act: &Act,
) -> Result<()> {
    let change = Change { action, resource_type: "auth_rule", resource_id: rule.id.as_str(), before, after };
    append_entry(conn, project, act, &change).await?;
    raise_directory_version(conn).await
}

async fn delete(conn: &mut Conn<'_>, project: &ProjectId, rule: &AuthRule) -> Result<bool> {
    let sql = "DELETE FROM auth_rules WHERE project_id = ?1 AND id = ?2 AND updated_at = ?3";
    Ok(conn.execute(sql, &[project, &rule.id, &rule.updated_at.millis()]).await? > 0)
}

async fn insert(conn: &mut Conn<'_>, project: &ProjectId, new: &SealedRule) -> Result<()> {
    let SealedRule { rule, secret_sealed } = new;
    let settings = &rule.settings;
    let jwks_url = match &settings.keys {
        KeySource::KeySet(url) => Some(url),
        KeySource::Discovery | KeySource::Secret(_) => None,
    };
    let conditions: Vec<&str> = settings.conditions.iter().map(Condition::as_str).collect();
    let conditions = serde_json::to_string(&conditions).map_err(Error::internal)?;
    let sql = "INSERT INTO auth_rules
               (project_id, id, name, provider, issuer, audience, audience_claim, jwks_url, secret_sealed,
                user_claim, user_prefix, workspace, workspace_fallback, personal_apart, name_claim, conditions,
                keys_not_before, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                       ?19)";
    conn.execute(
        sql,
        &[
            project,
            &rule.id,
            &settings.name,
            &settings.provider,
            &settings.issuer,
            &settings.audience,
            &settings.audience_claim,
            &jwks_url,
            secret_sealed,
            &settings.user_claim,
            &settings.user_prefix,
            &settings.workspace.as_ref().map(Template::as_str),
            &settings.workspace_fallback.as_str(),
            &(settings.personal == Personal::Apart),
            &settings.name_claim.as_ref().map(Template::as_str),
            &conditions,
            &rule.keys_not_before.millis(),
            &rule.created_at.millis(),
            &rule.updated_at.millis(),
        ],
    )
    .await?;
    Ok(())
}

/// Names are kept only as long as some rule of the project says where they come from.
async fn forget_names_without_source(conn: &mut Conn<'_>, project: &ProjectId) -> Result<()> {
    let sql = "SELECT COUNT(*) FROM auth_rules WHERE project_id = ?1 AND name_claim IS NOT NULL";
    let sources = conn.first(sql, &[project], |row| row.get::<i64>(0)).await?;
    if sources.unwrap_or(0) == 0 { forget_names(conn, project).await } else { Ok(()) }
}
