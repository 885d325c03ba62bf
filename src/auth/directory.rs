//! What deciding about a credential needs from the database, kept in memory.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use std::sync::Arc;

use engine::Store;
use moka::sync::Cache;

use super::api_key::Hash;
use super::rules::model::{AuthRule, in_order};
use super::rules::store::list_rules;
use super::workspace_token::{Signer, VerifyingKey};
use crate::api_keys::model::KnownKey;
use crate::api_keys::store::find_api_key_by_hash;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::id::ProjectId;
use crate::instance::Vault;
use crate::instance::store::{directory_version, find_live_default_project};
use crate::projects::model::Project;
use crate::projects::store::{find_live_project, list_signing_keys};

/// How often each node asks whether anything in the directory changed. A revoked key is refused on
/// every node after this long.
pub const POLL: Duration = Duration::from_millis(500);

/// The longest anything is believed without asking again: covers a look-up that was under way while
/// the version moved.
const BELIEVED: Duration = Duration::from_secs(5);

/// A project as requests need it: its settings and its keys.
pub struct KnownProject {
    settings: Project,
    keys: Vec<VerifyingKey>,
    signer: Signer,
    rules: Vec<Arc<AuthRule>>,
    version: i64,
}

impl KnownProject {
    /// Its id.
    pub fn id(&self) -> &ProjectId {
        &self.settings.id
    }

    /// Its settings.
    pub fn settings(&self) -> &Project {
        &self.settings
    }

    /// What signs its workspace tokens.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The keys that verify its workspace tokens now.
    pub fn live_keys(&self, now: Timestamp) -> impl Iterator<Item = &VerifyingKey> {
        self.keys.iter().filter(move |key| key.is_live(now))
    }

    /// Its auth rules, in the order in which they are tried.
    pub fn rules(&self) -> &[Arc<AuthRule>] {
        &self.rules
    }

    /// The version of the directory that it was read under.
    pub fn version(&self) -> i64 {
        self.version
    }

    fn has_key(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id().as_str() == id)
    }
}

/// Projects, keys and signing keys as last read.
pub struct Directory {
    store: Store,
    vault: Vault,
    version: AtomicI64,
    projects: Cache<ProjectId, Option<Arc<KnownProject>>>,
    keys: Cache<Hash, Arc<KnownKey>>,
    default_project: Cache<(), Option<ProjectId>>,
    /// Projects whose signing keys were read again because of an unknown `kid`.
    reread: Cache<ProjectId, ()>,
}

impl Directory {
    /// An empty memory over a store.
    pub fn new(store: Store, vault: Vault) -> Self {
        Self {
            store,
            vault,
            version: AtomicI64::new(0),
            projects: remember(10_000, BELIEVED),
            keys: remember(10_000, BELIEVED),
            default_project: remember(1, BELIEVED),
            reread: remember(10_000, Duration::from_secs(1)),
        }
    }

    /// What seals new signing keys.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// A project by its id; a deleted one is not there.
    ///
    /// # Errors
    /// The database's, or a signing key that does not open.
    pub async fn project(&self, id: &ProjectId, now: Timestamp) -> Result<Option<Arc<KnownProject>>> {
        if let Some(known) = self.projects.get(id) {
            return Ok(known);
        }
        let loaded = self.load_project(id, now).await?;
        self.projects.insert(id.clone(), loaded.clone());
        Ok(loaded)
    }

    /// A project that has, if the database does, the signing key of that id: an unknown one is looked
    /// up before it is refused, though not more than once a second.
    ///
    /// # Errors
    /// As [`Directory::project`].
    pub async fn project_with_key(
        &self,
        id: &ProjectId,
        kid: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<KnownProject>>> {
        let known = self.project(id, now).await?;
        let is_missing = known.as_ref().is_some_and(|project| !project.has_key(kid));
        if !is_missing || self.reread.contains_key(id) {
            return Ok(known);
        }
        self.reread.insert(id.clone(), ());
        self.projects.invalidate(id);
        self.project(id, now).await
    }

    async fn load_project(&self, id: &ProjectId, now: Timestamp) -> Result<Option<Arc<KnownProject>>> {
        let version = self.version.load(Ordering::Relaxed);
        let found = self.store.snapshot(async |conn| -> Result<_> {
            let Some(project) = find_live_project(conn, id).await? else { return Ok(None) };
            let rules = list_rules(conn, &self.vault, id).await?;
            Ok(Some((project, list_signing_keys(conn, id, now).await?, rules)))
        });
        let Some((settings, stored, rules)) = found.await? else { return Ok(None) };
        let current = stored.iter().find(|key| key.retires_at.is_none());
        let current = current.ok_or_else(|| Error::internal(format!("project {id} has no signing key")))?;
        let signer = Signer::open(&self.vault, id, current)?;
        let keys = stored.into_iter().map(VerifyingKey::from).collect();
        Ok(Some(Arc::new(KnownProject { settings, keys, signer, rules: in_order(rules), version })))
    }

    /// The project that the root base is the frontend of, unless it is deleted.
    ///
    /// # Errors
    /// The database's.
    pub async fn default_project(&self) -> Result<Option<ProjectId>> {
        if let Some(known) = self.default_project.get(&()) {
            return Ok(known);
        }
        let found = self.store.read(async |conn| find_live_default_project(conn).await).await?;
        self.default_project.insert((), found.clone());
        Ok(found)
    }

    /// An API key of a project by its hash. Unknown ones are not remembered, so that no flood of them
    /// can push known ones out.
    ///
    /// # Errors
    /// The database's.
    pub async fn api_key(&self, project: &ProjectId, hash: &Hash) -> Result<Option<Arc<KnownKey>>> {
        if let Some(known) = self.keys.get(hash) {
            return Ok((known.project == *project).then_some(known));
        }
        let found = self.store.read(async |conn| find_api_key_by_hash(conn, project, hash).await).await?;
        let Some(found) = found.map(Arc::new) else { return Ok(None) };
        self.keys.insert(*hash, found.clone());
        Ok(Some(found))
    }

    /// Forgets everything if the directory changed since the last call; true when it did.
    ///
    /// # Errors
    /// The database's.
    pub async fn follow(&self) -> Result<bool> {
        let version = self.store.read(async |conn| directory_version(conn).await).await?;
        if self.version.swap(version, Ordering::Relaxed) == version {
            return Ok(false);
        }
        self.projects.invalidate_all();
        self.keys.invalidate_all();
        self.default_project.invalidate_all();
        Ok(true)
    }
}

fn remember<K, V>(capacity: u64, life: Duration) -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder().max_capacity(capacity).time_to_live(life).build()
}
