//! Passwords of operators: which are good enough, and how they are kept.

use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use zxcvbn::{Score, zxcvbn};

use super::model::Operator;
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::rules::{Broken, characters};

/// The fewest and the most characters of a password.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=128;

/// How many passwords are hashed at a time: each takes a processor and 19 MiB.
const AT_A_TIME: usize = 2;

/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// A hash of a text that nobody knows: what the password of an unknown address is compared with, so that
/// the time an answer takes does not tell who has an account.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$dGhyZWFka2VlcC1ub2JvZHk$3sL5CEmB4Yl8dNn2QkqTg0rZtqk3bJt0r8kqO3m5l1w";

/// A password that is good enough to be set.
#[derive(Clone, Debug)]
pub struct Password(Secret);

impl Password {
    /// Checks a new password. `own` are texts that somebody who knows the operator would try first.
    ///
    /// # Errors
    /// [`Broken`], with what to do instead.
    pub fn new(text: &str, own: &[&str]) -> Result<Self, Broken> {
        let length = characters(text);
        if length < *LENGTH.start() {
            return Err(Broken::new("too_small", format!("must be at least {} characters", LENGTH.start())));
        }
        if length > *LENGTH.end() {
            return Err(Broken::new("too_big", format!("must be at most {} characters", LENGTH.end())));
        }
        let estimate = zxcvbn(text, own);
        if estimate.score() < Score::Two {
            let warning = estimate.feedback().and_then(zxcvbn::feedback::Feedback::warning);
            let warning = warning.map_or_else(String::new, |warning| format!(": {warning}"));
            return Err(Broken::new("custom", format!("is too easy to guess{warning}")));
        }
        Ok(Self(Secret::new(text)))
    }

    /// Checks the password of a field again, once it is known whose it becomes.
    ///
    /// # Errors
    /// 400 that names the field.
    pub fn check_for(&self, operator: &Operator, field: &str) -> Result<()> {
        let checked = Self::new(self.0.reveal(), &[&operator.name, operator.email.as_str()]);
        checked.map(drop).map_err(|broken| Error::invalid(vec![broken.into_issue(field)]))
    }
}

/// Hashes and checks passwords with argon2id (RFC 9106), a few at a time.
#[derive(Clone)]
pub struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_A_TIME)))
    }
}

impl Passwords {
    /// The PHC string to store.
    ///
    /// # Errors
    /// When there is no randomness, or too many wait for their turn.
    pub async fn hash(&self, password: Password) -> Result<String> {
        self.run(move || {
            let hash = Argon2::default().hash_password(password.0.reveal().as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|error| Error::internal(error.to_string()))
        })
        .await?
    }

    /// Whether a text is the password of a stored hash. Without a hash it takes as long and is not.
    ///
    /// # Errors
    /// When the stored hash cannot be read, or too many wait for their turn.
    pub async fn verify(&self, text: Secret, stored: Option<String>) -> Result<bool> {
        self.run(move || {
            let hash = PasswordHash::new(stored.as_deref().unwrap_or(NOBODY))
                .map_err(|error| Error::internal(error.to_string()))?;
            let outcome = Argon2::default().verify_password(text.reveal().as_bytes(), &hash);
            Ok(outcome.is_ok() && stored.is_some())
        })
        .await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let turn = tokio::time::timeout(PATIENCE, self.0.clone().acquire_owned()).await;
        let busy = || Error::unavailable("Too many sign-ins at once").with_help("Try again in a moment");
        let turn = turn.map_err(|_| busy())?.map_err(Error::internal)?;
        let work = move || {
            let outcome = work();
            drop(turn);
            outcome
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Password::new(text, &["ann@example.com"]).unwrap_err().into_issue("password").message
    }

    #[test]
    fn guessable_passwords_are_refused() {
        assert_eq!(refusal("short"), "password must be at least 10 characters");
        assert_eq!(refusal(&"x".repeat(129)), "password must be at most 128 characters");
        for text in ["password123", "1234567890", "aaaaaaaaaaaa", "ann@example.com"] {
            assert!(refusal(text).starts_with("password is too easy to guess"), "{text}");
        }
        assert!(Password::new("lamp orbit cactus 41", &[]).is_ok());
    }

    #[tokio::test]
    async fn only_the_password_itself_fits_its_hash() {
        let passwords = Passwords::default();
        let hash = passwords.hash(Password::new("lamp orbit cactus 41", &[]).unwrap()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let verify = async |text: &str, stored: Option<&String>| {
            passwords.verify(Secret::new(text), stored.cloned()).await.unwrap()
        };
        assert!(verify("lamp orbit cactus 41", Some(&hash)).await);
        assert!(!verify("lamp orbit cactus 42", Some(&hash)).await);
        assert!(!verify("lamp orbit cactus 41", None).await);
    }
}
