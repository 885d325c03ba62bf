//! The rules of one project, as operators read and change them, at the terminal and in the dashboard.

use engine::Conn;
use outbound::Refused;

use super::model::{AuthRule, BadSettings, KeySource, Settings};
use super::overlap::refused_prefix;
use super::store::{self, SealedRule};
use super::warning::{self, Warning};
use crate::app::App;
use crate::audit::model::Act;
use crate::auth::key_sets::{Health, Location};
use crate::auth::provider_token::identity::shown;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::ProjectId;

/// A project's rules.
pub struct RuleBook<'a> {
    app: &'a App,
    project: &'a ProjectId,
}

impl<'a> RuleBook<'a> {
    /// The rules of that project.
    pub fn of(app: &'a App, project: &'a ProjectId) -> Self {
        Self { app, project }
    }

    /// Every rule, oldest first.
    ///
    /// # Errors
    /// The database's, or when a secret was sealed under another instance secret.
    pub async fn all(&self) -> Result<Vec<AuthRule>> {
        let vault = self.app.directory().vault();
        self.app.store().read(async |conn| store::list_rules(conn, vault, self.project).await).await
    }

    /// What is asked of settings before they are saved, beside `all` rules there are; `own` is the one
    /// that they are to take the place of. Returns what an operator should know.
    ///
    /// # Errors
    /// Every setting that cannot be saved.
    pub async fn check(
        &self,
        settings: &Settings,
        own: Option<&AuthRule>,
        all: &[AuthRule],
    ) -> Result<Vec<Warning>, BadSettings> {
        let mut bad = settings.check().err().unwrap_or_default();
        if settings.issuer.as_deref().is_some_and(|issuer| self.app.bases().owns(issuer)) {
            bad.add("issuer", "the issuer is a frontend of this instance itself");
        }
        if let Some(other) = refused_prefix(settings, own, all) {
            let text = format!(
                "the user prefix and that of “{}” begin alike, and one of them goes on: users of one rule could be \
                 called as users of the other are. Choose one with which the other does not begin, nor it with the \
                 other",
                shown(&other.settings.name)
            );
            bad.add("user_prefix", text);
        }
        let mut warnings = warning::of_settings(settings);
        warnings.extend(own.and_then(|own| warning::of_change(settings, &own.settings)));
        warnings.extend(self.check_location(settings, &mut bad).await);
        warnings.extend(warning::beside(settings, own, all));
        bad.or_ok().map(|()| warnings)
    }

    /// The URL that keys will be fetched from must be one that may be called.
    async fn check_location(&self, settings: &Settings, bad: &mut BadSettings) -> Option<Warning> {
        let (setting, what, url) = match (&settings.keys, &settings.issuer) {
            (KeySource::KeySet(url), _) => ("jwks_url", "key set URL", url),
            (KeySource::Discovery, Some(issuer)) => ("issuer", "issuer, with discovery,", issuer),
            _ => return None,
        };
        if bad.0.iter().any(|bad| bad.setting == setting) {
            return None;
        }
        match self.app.key_sets().outbound().check_resolved(url).await {
            Ok(_) => None,
            // It may get one before the first token comes.
            Err(Refused::NoAddress) => Some(Warning::Unreachable { setting, what }),
            Err(refused) => {
                let text = format!(
                    "the {what} is refused: {refused}; hosts that are not public must be listed in allow_private \
                     (THREADKEEP_ALLOW_PRIVATE), for the server and for its commands"
                );
                bad.add(setting, text);
                None
            }
        }
    }

    /// Stores a new rule.
    ///
    /// # Errors
    /// The database's, or when there is no randomness.
    pub async fn create(&self, settings: Settings, act: Act) -> Result<AuthRule> {
        let now = act.at;
        let id = self.app.ids().next(now)?;
        let rule = AuthRule { id, settings, keys_not_before: now, created_at: now, updated_at: now };
        let (project, sealed) = (self.project.clone(), self.seal(rule.clone())?);
        let write = async move |conn: &mut Conn<'_>| store::create_rule(conn, &project, &sealed, &act).await;
        self.app.store().write(write).await?;
        Ok(rule)
    }

    /// Puts other settings in the place of a rule's; `None` when it was changed or removed meanwhile.
    ///
    /// # Errors
    /// The database's, or when there is no randomness.
    pub async fn replace(
        &self,
        before: &AuthRule,
        settings: Settings,
        keys_not_before: Timestamp,
        act: Act,
    ) -> Result<Option<AuthRule>> {
        let rule = AuthRule { settings, keys_not_before, updated_at: act.at, ..before.clone() };
        let (project, sealed) = (self.project.clone(), self.seal(rule.clone())?);
        let before = before.clone();
        let write =
            async move |conn: &mut Conn<'_>| store::update_rule(conn, &project, &sealed, &before, &act).await;
        let is_done = self.app.store().write(write).await?;
        Ok(is_done.then_some(rule))
    }

    /// Removes a rule; false when it was changed or removed meanwhile.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete(&self, rule: AuthRule, act: Act) -> Result<bool> {
        let project = self.project.clone();
        let write = async move |conn: &mut Conn<'_>| store::delete_rule(conn, &project, &rule, &act).await;
        self.app.store().write(write).await
    }

    fn seal(&self, rule: AuthRule) -> Result<SealedRule> {
        SealedRule::seal(self.app.directory().vault(), self.project, rule)
    }

    /// How a rule's key set fares as far as this node knows; `None` when it has a shared secret.
    pub fn health(&self, rule: &AuthRule) -> Option<Health> {
        Location::of(rule).map(|location| self.app.key_sets().health(&location))
    }
}
