//! The instance secret, and the sealing of secrets at rest under it.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::files;
use crate::config::{Config, Secret};
use crate::error::{Error, Result};
use crate::id::Ids;

/// The file in the data folder that holds the secret when the configuration names none.
const FILE: &str = "instance.secret";

/// A text sealed into every database, to notice a wrong secret before it does harm.
const CHECK: &[u8] = b"threadkeep";

/// Seals secrets with AES-256-GCM under a key derived from the instance secret. What is sealed for one
/// purpose does not open for another.
pub struct Vault {
    seal: RandomizedNonceKey,
    derive: Prk,
}

/// A sealed secret did not open: wrong instance secret, or changed bytes.
#[derive(Debug, thiserror::Error)]
#[error("a sealed secret did not open: wrong instance secret, or changed bytes")]
pub struct Sealed;

impl Vault {
    /// Derives the key (HKDF-SHA256, RFC 5869).
    ///
    /// # Errors
    /// When the derivation fails, which it has no reason to.
    pub fn new(secret: &Secret) -> Result<Self> {
        let derive = Salt::new(HKDF_SHA256, b"threadkeep").extract(secret.reveal().as_bytes());
        let key = expand(&derive, b"secrets at rest")?;
        let seal = RandomizedNonceKey::new(&AES_256_GCM, &key).map_err(|_| no_key())?;
        Ok(Self { seal, derive })
    }

    /// A secret text for a purpose, the same each time: 256 bits, base64url.
    ///
    /// # Errors
    /// When the derivation fails, which it has no reason to.
    pub fn derive(&self, purpose: &str) -> Result<Secret> {
        let bytes = expand(&self.derive, format!("text {purpose}").as_bytes())?;
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Seals bytes for a purpose, which is not stored and must be named again to open them.
    ///
    /// # Errors
    /// When there is no randomness for the nonce.
    pub fn seal(&self, purpose: &str, secret: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = secret.to_vec();
        let nonce = self
            .seal
            .seal_in_place_append_tag(Aad::from(purpose.as_bytes()), &mut sealed)
            .map_err(|_| Error::internal("sealing failed"))?;
        let mut out = nonce.as_ref().to_vec();
        out.append(&mut sealed);
        Ok(out)
    }

    /// Opens what [`Vault::seal`] made.
    ///
    /// # Errors
    /// [`Sealed`].
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, Sealed> {
        let (nonce, body) = sealed.split_at_checked(AES_256_GCM.nonce_len()).ok_or(Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Sealed)?;
        let mut body = body.to_vec();
        let opened = self.seal.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body);
        opened.map(|opened| opened.to_vec()).map_err(|_| Sealed)
    }

    pub(super) fn seal_check(&self) -> Result<Vec<u8>> {
        self.seal("check", CHECK)
    }

    pub(super) fn opens_check(&self, sealed: &[u8]) -> bool {
        self.open("check", sealed).is_ok_and(|opened| opened == CHECK)
    }
}

fn expand(derive: &Prk, purpose: &[u8]) -> Result<[u8; 32]> {
    struct Length;
    impl KeyType for Length {
        fn len(&self) -> usize {
            32
        }
    }
    let mut bytes = [0; 32];
    derive
        .expand(&[purpose], Length)
        .and_then(|derived| derived.fill(&mut bytes))
        .map(|()| bytes)
        .map_err(|_| no_key())
}

fn no_key() -> Error {
    Error::internal("the instance secret gave no key")
}

/// The secret that is configured, else the one in the data folder, made when missing.
pub(super) fn load(config: &Config) -> Result<Secret> {
    if let Some(secret) = &config.secret {
        return Ok(secret.clone());
    }
    let path = config.data_dir.join(FILE);
    match read(&path) {
        Ok(secret) => Ok(secret),
        // A new one would open nothing, and stand where the right one is to be put back.
        Err(error) if error.kind() == ErrorKind::NotFound && has_database(config) => Err(wrong_secret()),
        Err(error) if error.kind() == ErrorKind::NotFound => create(&path),
        Err(error) => Err(cannot("read", &path, error)),
    }
}

/// As [`load`], of an instance that is there: a secret that is missing is not made.
pub(super) fn find(config: &Config) -> Result<Secret> {
    if let Some(secret) = &config.secret {
        return Ok(secret.clone());
    }
    let path = config.data_dir.join(FILE);
    match read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound && has_database(config) => Err(wrong_secret()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let help = format!(
                "there is no instance secret at {}: name the folder of the server's data with --data-dir or \
                 THREADKEEP_DATA_DIR, or set THREADKEEP_SECRET as the server has it",
                std::path::absolute(&path).unwrap_or(path).display()
            );
            Err(Error::internal(error).with_help(help))
        }
        Err(error) => Err(cannot("read", &path, error)),
        Ok(secret) => Ok(secret),
    }
}

fn has_database(config: &Config) -> bool {
    config.database_url.is_none() && config.database_file().exists()
}

/// The refusal of a database whose secrets do not open.
pub(super) fn wrong_secret() -> Error {
    Error::internal("wrong secret").with_help(
        "this database was made under another instance secret: set THREADKEEP_SECRET, or put the \
         instance.secret file of the data folder back",
    )
}

fn read(path: &Path) -> std::io::Result<Secret> {
    files::close(path);
    let mut text = String::new();
    fs::File::open(path)?.read_to_string(&mut text)?;
    let text = text.trim();
    if text.len() < 32 {
        return Err(std::io::Error::new(ErrorKind::InvalidData, "it is shorter than 32 characters"));
    }
    Ok(Secret::new(text))
}

/// Writes the file whole or not at all: under another name first, synced, then linked, so that a crash
/// or a second process starting at the same time cannot leave half a secret or replace one.
fn create(path: &Path) -> Result<Secret> {
    let ids = Ids::default();
    let fresh = path.with_extension(format!("secret.{}", ids.secret(12)?));
    let write = |text: &str| {
        let mut file = files::new_closed_file().open(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    let secret = STANDARD.encode(ids.bytes::<32>()?);
    write(&format!("{secret}\n")).map_err(|error| cannot("write", &fresh, error))?;
    let linked = fs::hard_link(&fresh, path);
    let removed = fs::remove_file(&fresh);
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(cannot("write", path, error)),
        _ => {}
    }
    removed.map_err(|error| cannot("remove", &fresh, error))?;
    sync_folder(path).map_err(|error| cannot("sync the folder of", path, error))?;
    read(path).map_err(|error| cannot("read", path, error))
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

fn cannot(verb: &str, path: &Path, error: std::io::Error) -> Error {
    let help = format!("cannot {verb} the instance secret {}: {error}", path.display());
    Error::internal(error).with_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(secret: &str) -> Vault {
        Vault::new(&Secret::new(secret)).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_secret_only() {
        let sealed = vault("one").seal("purpose", b"text").unwrap();
        assert_eq!(vault("one").open("purpose", &sealed).unwrap(), b"text");
        assert!(vault("one").open("other", &sealed).is_err());
        assert!(vault("two").open("purpose", &sealed).is_err());
        assert!(!sealed.windows(4).any(|bytes| bytes == b"text"));
    }

    #[test]
    fn a_derived_text_is_the_same_each_time_and_differs_by_purpose_and_secret() {
        let text = |secret, purpose| vault(secret).derive(purpose).unwrap();
        assert_eq!(text("one", "a"), text("one", "a"));
        assert_ne!(text("one", "a"), text("one", "b"));
        assert_ne!(text("one", "a"), text("two", "a"));
    }

    #[test]
    fn changed_bytes_do_not_open() {
        let vault = vault("one");
        let sealed = vault.seal("purpose", b"text").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(vault.open("purpose", &changed).is_err(), "byte {at}");
        }
        assert!(vault.open("purpose", &[]).is_err());
    }

    #[test]
    fn a_secret_file_is_made_once_and_only_the_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let made = create(&path).unwrap();
        assert_eq!(create(&path).unwrap(), made);
        assert_eq!(read(&path).unwrap(), made);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
