//! What every part of a running instance shares.

use std::sync::Arc;

use engine::Store;

use crate::anonymous::limits::Limits;
use crate::api_keys::last_used::LastUsed;
use crate::auth::directory::Directory;
use crate::auth::key_sets::KeySets;
use crate::auth::provider_token::recall::ProviderTokens;
use crate::auth::workspace_token::Tokens;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::fair_use::Meters;
use crate::http::base::Bases;
use crate::http::budget::Budget;
use crate::id::Ids;
use crate::instance::Vault;
use crate::leases::beats::Beats;
use crate::operators::attempts::Attempts;
use crate::operators::password::Passwords;
use crate::operators::sso::SingleSignOn;
use crate::sdks::Sdks;
use crate::search::index::Indexer;
use crate::users::ActiveUsers;
use crate::users::activity::Activity;
use crate::users::names::Names;

/// The application. Cheap to clone; all clones share one state.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    config: Config,
    bases: Bases,
    store: Store,
    clock: Clock,
    started_at: Timestamp,
    ids: Ids,
    directory: Directory,
    tokens: Tokens,
    limits: Limits,
    meters: Meters,
    passwords: Passwords,
    attempts: Attempts,
    single_sign_on: Option<SingleSignOn>,
    last_used: LastUsed,
    active_users: ActiveUsers,
    key_sets: KeySets,
    provider_tokens: ProviderTokens,
    names: Names,
    activity: Activity,
    indexer: Indexer,
    sdks: Sdks,
    beats: Beats,
    budget: Budget,
}

impl App {
    /// Puts an instance together over an open, migrated store.
    ///
    /// # Errors
    /// When the configuration makes no sense.
    pub fn new(config: Config, store: Store, vault: Vault, clock: Clock) -> Result<Self> {
        let bases = config.bases().map_err(Error::internal)?;
        let policy = outbound::Policy::new(config.allow_private.clone());
        let outbound = outbound::Outbound::new(policy).map_err(Error::internal)?;
        let single_sign_on = SingleSignOn::new(&config, outbound.clone());
        Ok(Self(Arc::new(Parts {
            directory: Directory::new(store.clone(), vault),
            bases,
            budget: Budget::new(config.buffered_bytes(), config.deadlines.memory),
            config,
            store,
            started_at: clock.now(),
            clock,
            ids: Ids::default(),
            tokens: Tokens::default(),
            limits: Limits::default(),
            meters: Meters::default(),
            passwords: Passwords::default(),
            attempts: Attempts::default(),
            last_used: LastUsed::default(),
            active_users: ActiveUsers::default(),
            single_sign_on,
            key_sets: KeySets::new(outbound),
            provider_tokens: ProviderTokens::default(),
            names: Names::default(),
            activity: Activity::default(),
            indexer: Indexer::default(),
            sdks: Sdks::default(),
            beats: Beats::default(),
        })))
    }

    /// Forgets what was remembered of projects and credentials if any of it changed since the last call.
    ///
    /// # Errors
    /// The database's.
    pub async fn follow_directory(&self) -> Result<()> {
        if self.directory().follow().await? {
            self.tokens().forget();
            self.provider_tokens().forget();
            self.names().note_all_again();
        }
        Ok(())
    }

    /// As [`App::follow_directory`], after a change that this node has written itself: what it answers
    /// next must not be what was true before. Other nodes follow when they poll.
    pub async fn follow_own_change(&self) {
        if let Err(error) = self.follow_directory().await {
            // The next poll tries again.
            tracing::debug!(error = &error as &dyn std::error::Error, "the directory was not followed");
        }
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The addresses of the instance and its projects.
    pub fn bases(&self) -> &Bases {
        &self.0.bases
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// When this node was started.
    pub fn started_at(&self) -> Timestamp {
        self.0.started_at
    }

    /// The generator of ids and secrets.
    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }

    /// Projects, keys and signing keys as remembered.
    pub fn directory(&self) -> &Directory {
        &self.0.directory
    }

    /// Workspace tokens: minting, and what was verified before.
    pub fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    /// The rate limits of the anonymous routes.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// What users and workspaces write, where that has limits.
    pub fn meters(&self) -> &Meters {
        &self.0.meters
    }

    /// Hashing and checking of operators' passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// Failed sign-ins of operators.
    pub fn attempts(&self) -> &Attempts {
        &self.0.attempts
    }

    /// The issuer that operators may sign in through.
    pub fn single_sign_on(&self) -> Option<&SingleSignOn> {
        self.0.single_sign_on.as_ref()
    }

    /// When API keys were last used.
    pub fn last_used(&self) -> &LastUsed {
        &self.0.last_used
    }

    /// The key sets of auth providers.
    pub fn key_sets(&self) -> &KeySets {
        &self.0.key_sets
    }

    /// Provider tokens that were verified before.
    pub fn provider_tokens(&self) -> &ProviderTokens {
        &self.0.provider_tokens
    }

    /// Display names that wait to be written.
    pub fn names(&self) -> &Names {
        &self.0.names
    }

    /// Activity of users that waits to be written.
    pub fn activity(&self) -> &Activity {
        &self.0.activity
    }

    /// How far the search index has come.
    pub fn indexer(&self) -> &Indexer {
        &self.0.indexer
    }

    /// Client libraries that wait to be written.
    pub fn sdks(&self) -> &Sdks {
        &self.0.sdks
    }

    /// Heartbeats of run leases that wait to be written.
    pub fn beats(&self) -> &Beats {
        &self.0.beats
    }

    /// The memory for bodies and answers on their way.
    pub fn budget(&self) -> &Budget {
        &self.0.budget
    }

    /// Users known to be active this month.
    pub fn active_users(&self) -> &ActiveUsers {
        &self.0.active_users
    }
}
