//! Passwords of operators: which are good enough, and how they are kept.

use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zxcvbn::{Score, zxcvbn};

use super::model::{Email, Operator};
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::rules::{Broken, characters};

/// The fewest and the most characters of a password.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=128;

/// How many passwords are hashed at a time: each takes a processor and 19 MiB.
const AT_A_TIME: usize = 2;

/// How many of them for those who are not known to be who they say: the rest is left to those who are, and to
/// setting passwords, however many strangers come at once.
const OF_STRANGERS: usize = 1;

/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// A hash of a text that nobody knows: what the password of an unknown address is compared with, so that
/// the time an answer takes does not tell who has an account.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$dGhyZWFka2VlcC1ub2JvZHk$3sL5CEmB4Yl8dNn2QkqTg0rZtqk3bJt0r8kqO3m5l1w";

/// The most characters that are looked at to tell how easy a password is to guess: the time that takes
/// grows with more than their square.
const WEIGHED: usize = 40;

/// A password to be set, of a length that is allowed. Whether it is too easy to guess turns out in
/// [`Passwords::hash`].
#[derive(Clone, Debug)]
pub struct Password(Secret);

impl Password {
    /// Takes a new password.
    ///
    /// # Errors
    /// [`Broken`], with what to do instead.
    pub fn new(text: &str) -> Result<Self, Broken> {
        let length = characters(text);
        if length < *LENGTH.start() {
            return Err(Broken::new("too_small", format!("must be at least {} characters", LENGTH.start())));
        }
        if length > *LENGTH.end() {
            return Err(Broken::new("too_big", format!("must be at most {} characters", LENGTH.end())));
        }
        Ok(Self(Secret::new(text)))
    }

    /// Refuses what is easy to guess. This takes long enough to keep requests from it that are not let in.
    fn check(&self, own: &[&str]) -> Result<(), Broken> {
        let weighed: String = self.0.reveal().chars().take(WEIGHED).collect();
        let estimate = zxcvbn(&weighed, own);
        if estimate.score() >= Score::Two {
            return Ok(());
        }
        let warning = estimate.feedback().and_then(zxcvbn::feedback::Feedback::warning);
        let warning = warning.map_or_else(String::new, |warning| format!(": {warning}"));
        Err(Broken::new("custom", format!("is too easy to guess{warning}")))
    }
}

/// Whose password it becomes: what somebody who knows them would try first.
#[derive(Clone, Debug)]
pub struct Owner {
    name: String,
    email: Email,
}

impl Owner {
    /// Somebody of this name and address.
    pub fn new(name: &str, email: &Email) -> Self {
        Self { name: name.to_owned(), email: email.clone() }
    }
}

impl From<&Operator> for Owner {
    fn from(operator: &Operator) -> Self {
        Self::new(&operator.name, &operator.email)
    }
}

/// Hashes and checks passwords with argon2id (RFC 9106), a few at a time.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_A_TIME)), strangers: Arc::new(Semaphore::new(OF_STRANGERS)) }
    }
}

impl Passwords {
    /// The PHC string to store for a password that came in a field.
    ///
    /// # Errors
    /// 400 that names the field when the password is easy to guess for who knows its owner; when there is no
    /// randomness, or too many wait for their turn.
    pub async fn hash(&self, password: Password, owner: Owner, field: &'static str) -> Result<String> {
        self.run(None, move || {
            let checked = password.check(&[&owner.name, owner.email.as_str()]);
            checked.map_err(|broken| Error::invalid(vec![broken.into_issue(field)]))?;
            let hash = Argon2::default().hash_password(password.0.reveal().as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|error| Error::internal(error.to_string()))
        })
        .await?
    }

    /// Whether a text is the password of a stored hash. Without a hash it takes as long and is not. Strangers'
    /// wait for each other, before they wait with those who are `known`.
    ///
    /// # Errors
    /// When the stored hash cannot be read, or too many wait for their turn.
    pub async fn verify(&self, text: Secret, stored: Option<String>, is_known: bool) -> Result<bool> {
        let of_stranger = if is_known { None } else { Some(wait_for(&self.strangers).await?) };
        self.run(of_stranger, move || {
            let hash = PasswordHash::new(stored.as_deref().unwrap_or(NOBODY))
                .map_err(|error| Error::internal(error.to_string()))?;
            let outcome = Argon2::default().verify_password(text.reveal().as_bytes(), &hash);
            Ok(outcome.is_ok() && stored.is_some())
        })
        .await?
    }

    /// Does the work in its turn, which it keeps until it is done, whether or not anybody still waits for it.
    async fn run<T: Send + 'static>(
        &self,
        of_stranger: Option<OwnedSemaphorePermit>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let turn = wait_for(&self.turns).await?;
        let work = move || {
            let outcome = work();
            drop((turn, of_stranger));
            outcome
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

async fn wait_for(turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    let turn = tokio::time::timeout(PATIENCE, turns.clone().acquire_owned()).await;
    let busy = || Error::unavailable("Too many sign-ins at once").with_help("Try again in a moment");
    turn.map_err(|_| busy())?.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> Owner {
        Owner::new("Ann", &Email::parse("ann@example.com").unwrap())
    }

    #[test]
    fn lengths_are_limited() {
        let refusal = |text: &str| Password::new(text).unwrap_err().into_issue("password").message;
        assert_eq!(refusal("short"), "password must be at least 10 characters");
        assert_eq!(refusal(&"x".repeat(129)), "password must be at most 128 characters");
    }

    #[test]
    fn guessable_passwords_are_refused() {
        let check = |text: &str| Password::new(text).unwrap().check(&["ann@example.com"]);
        for text in ["password123", "1234567890", "aaaaaaaaaaaa", "ann@example.com", &"12345".repeat(20)] {
            let refusal = check(text).unwrap_err().into_issue("password").message;
            assert!(refusal.starts_with("password is too easy to guess"), "{text}");
        }
        assert!(check("lamp orbit cactus 41").is_ok());
    }

    #[tokio::test]
    async fn only_the_password_itself_fits_its_hash() {
        let passwords = Passwords::default();
        let hash =
            passwords.hash(Password::new("lamp orbit cactus 41").unwrap(), ann(), "password").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let verify = async |text: &str, stored: Option<&String>| {
            passwords.verify(Secret::new(text), stored.cloned(), false).await.unwrap()
        };
        assert!(verify("lamp orbit cactus 41", Some(&hash)).await);
        assert!(!verify("lamp orbit cactus 42", Some(&hash)).await);
        assert!(!verify("lamp orbit cactus 41", None).await);
    }
}
