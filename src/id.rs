//! Typed ids, and the generator that makes them.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use serde::Serialize;

use crate::clock::Timestamp;

/// The digits of ids and secrets, in ASCII order so that texts sort as the numbers they stand for.
pub const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Characters of a generated id that hold the time: milliseconds, good until the year 8888.
const TIME_DIGITS: usize = 8;

/// Characters of a generated id that hold randomness: 89 bits.
const RANDOM_DIGITS: usize = 15;

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        engine::text_column!($name, $name);
    )+ };
}

macro_rules! generated_ids {
    ($($name:ident: $prefix:literal),+ $(,)?) => { $(
        impl Generated for $name {
            const PREFIX: &'static str = $prefix;
            fn from_text(text: String) -> Self {
                Self(text)
            }
        }
    )+ };
}

macro_rules! named_by_callers {
    ($($name:ident),+) => { $(
        impl $name {
            /// An id as a caller wrote it. Any text may name an object; it may name none.
            pub fn named(text: impl Into<String>) -> Self {
                Self(text.into())
            }
        }
    )+ };
}

macro_rules! chosen_by_callers {
    ($($name:ident),+) => { $(
        impl $name {
            /// Checks the rule for ids that callers choose (spec: authentication, section 1).
            ///
            /// # Errors
            /// What is wrong with the text, as a sentence.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                check_chosen(text)?;
                Ok(Self(text.to_owned()))
            }

            /// As [`Self::parse`], for ids that another issuer's token names: those that mean something
            /// to Threadkeep itself are refused (spec: authentication, section 9).
            ///
            /// # Errors
            /// What is wrong with the text, as a sentence.
            pub fn parse_foreign(text: &str) -> Result<Self, InvalidId> {
                let id = Self::parse(text)?;
                if is_reserved(text) { Err(InvalidId::Reserved) } else { Ok(id) }
            }
        }
    )+ };
}

id_types!(
    /// The group of projects that its members administer: `org_…`.
    OrganizationId,
    /// The unit of isolation: `proj_` and 12 lower-case letters or digits.
    ProjectId,
    /// An API key's handle, safe to show: `key_…`. Not the key.
    ApiKeyId,
    /// A signing key's `kid`.
    SigningKeyId,
    /// The owner of threads, as the caller's credential names it.
    WorkspaceId,
    /// The end user a request acts as.
    UserId,
    /// A conversation: `thread_…`.
    ThreadId,
    /// A node of a conversation's tree: `msg_…`.
    MessageId,
    /// The right to write a reply while it comes: `lease_…`.
    LeaseId,
    /// A judgement of a message, run or thread: `score_…`.
    ScoreId,
    /// What makes an issuer's tokens acceptable: `rule_…`.
    AuthRuleId,
    /// A line of the audit log: `audit_…`.
    AuditEntryId,
    /// A person who signs in to the dashboard: `op_…`.
    OperatorId,
    /// A signed-in browser of an operator: `session_…`. Not the secret in its cookie.
    SessionId,
    /// A link that lets somebody join an organization: `invite_…`. Not the secret in the link.
    InvitationId,
);

generated_ids!(
    OrganizationId: "org_",
    ApiKeyId: "key_",
    SigningKeyId: "sk",
    ThreadId: "thread_",
    MessageId: "msg_",
    LeaseId: "lease_",
    ScoreId: "score_",
    AuthRuleId: "rule_",
    AuditEntryId: "audit_",
    OperatorId: "op_",
    SessionId: "session_",
    InvitationId: "invite_",
);

named_by_callers!(
    ThreadId,
    MessageId,
    LeaseId,
    ApiKeyId,
    AuthRuleId,
    AuditEntryId,
    OrganizationId,
    OperatorId,
    SessionId,
    InvitationId
);
chosen_by_callers!(WorkspaceId, UserId);

/// An id type that Threadkeep makes itself.
pub trait Generated {
    /// What every id of the type begins with.
    const PREFIX: &'static str;

    /// Wraps a generated text.
    fn from_text(text: String) -> Self;
}

/// Why a text cannot be a user or workspace id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// Empty or longer than 255 UTF-16 code units.
    #[error("ID must be 1 to 255 characters")]
    Length,
    /// Holds Unicode white space or a control character.
    #[error("ID cannot contain whitespace or control characters")]
    Characters,
    /// Means something to Threadkeep itself.
    #[error("ID is reserved")]
    Reserved,
}

/// Ids that stand for no end user or workspace of a provider.
fn is_reserved(text: &str) -> bool {
    matches!(text, "__SYSTEM__" | "__OTLP__" | DELETED_USER) || text.starts_with("usr_anon_0")
}

/// What stands in the place of an erased user.
const DELETED_USER: &str = "usr_deleted";

fn check_chosen(text: &str) -> Result<(), InvalidId> {
    if text.is_empty() || text.encode_utf16().count() > 255 {
        return Err(InvalidId::Length);
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(InvalidId::Characters);
    }
    Ok(())
}

impl UserId {
    /// What an API key acts as when it names no user.
    pub fn system() -> Self {
        Self("__SYSTEM__".into())
    }

    /// What stands in the place of an erased user.
    pub fn deleted() -> Self {
        Self(DELETED_USER.into())
    }

    /// True for [`UserId::system`], which is not an end user: never counted, never capped.
    pub fn is_system(&self) -> bool {
        self.0 == "__SYSTEM__"
    }

    /// True for the identities that anonymous sessions are given.
    pub fn is_anonymous(&self) -> bool {
        self.0.starts_with("usr_anon_0")
    }
}

impl WorkspaceId {
    /// The workspace of a user or visitor who has their own, which has the user's id.
    pub fn of_user(user: &UserId) -> Self {
        Self(user.0.clone())
    }
}

impl ProjectId {
    const PREFIX: &'static str = "proj_";
    const LABEL_PREFIX: &'static str = "proj-";
    const LENGTH: usize = 12;

    /// An id of the right form; whether there is such a project is another question.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(Self::PREFIX)?;
        Self::is_proper(rest).then(|| Self(text.to_owned()))
    }

    /// The id that a label in a URL stands for: `proj-0ltyjcuaxpv1` for `proj_0ltyjcuaxpv1`.
    pub fn from_label(label: &str) -> Option<Self> {
        let rest = label.strip_prefix(Self::LABEL_PREFIX)?;
        Self::is_proper(rest).then(|| Self(format!("{}{rest}", Self::PREFIX)))
    }

    /// The project's name in URLs and host names.
    pub fn label(&self) -> String {
        format!("{}{}", Self::LABEL_PREFIX, &self.0[Self::PREFIX.len()..])
    }

    fn is_proper(rest: &str) -> bool {
        rest.len() == Self::LENGTH && rest.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
    }
}

/// The least id of a type that is made at a moment: every id made before is less, every later one greater.
pub fn earliest<T: Generated>(at: Timestamp) -> T {
    let mut text = format!("{}0", T::PREFIX);
    // Later moments than the digits hold are as good as the last one.
    let millis = u128::from(at.millis().max(0).unsigned_abs()).min(62_u128.pow(TIME_DIGITS as u32) - 1);
    push_base62(&mut text, millis, TIME_DIGITS);
    T::from_text(text)
}

/// Makes ids and secrets. One for each process.
pub struct Ids {
    random: SystemRandom,
    last: Mutex<(i64, u128)>,
}

impl Default for Ids {
    fn default() -> Self {
        Self { random: SystemRandom::new(), last: Mutex::new((0, 0)) }
    }
}

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct NoRandomness;

impl Ids {
    /// A new id: the prefix, `0`, the time and randomness. Ids of one process sort in the order they
    /// were made; those of several sort by the millisecond.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn next<T: Generated>(&self, now: Timestamp) -> Result<T, NoRandomness> {
        let (millis, random) = self.tick(now.millis())?;
        let mut text = String::with_capacity(T::PREFIX.len() + 1 + TIME_DIGITS + RANDOM_DIGITS);
        text.push_str(T::PREFIX);
        text.push('0');
        push_base62(&mut text, millis.unsigned_abs().into(), TIME_DIGITS);
        push_base62(&mut text, random, RANDOM_DIGITS);
        Ok(T::from_text(text))
    }

    /// Within a millisecond (and when the clock steps back) the random part counts on by a random step,
    /// so that ids keep their order and stay hard to guess.
    fn tick(&self, millis: i64) -> Result<(i64, u128), NoRandomness> {
        const SPAN: u128 = 62_u128.pow(RANDOM_DIGITS as u32);
        let fresh = u128::from_le_bytes(self.bytes()?);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = if millis > last.0 {
            // The upper half is left free to count into.
            (millis, fresh % (SPAN / 2))
        } else {
            (last.0, last.1 + 1 + (fresh >> 88))
        };
        if last.1 >= SPAN {
            *last = (last.0 + 1, fresh % (SPAN / 2));
        }
        Ok(*last)
    }

    /// A visitor's identity: all of it random, so that knowing one says nothing of another.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn visitor(&self) -> Result<UserId, NoRandomness> {
        Ok(UserId(format!("usr_anon_0{}", self.secret(23)?)))
    }

    /// A new project's id.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn project(&self) -> Result<ProjectId, NoRandomness> {
        let digits = self.digits(ProjectId::LENGTH - 1, &BASE62_LOWER)?;
        Ok(ProjectId(format!("{}0{digits}", ProjectId::PREFIX)))
    }

    /// `length` random base 62 characters, 5.95 bits each.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn secret(&self, length: usize) -> Result<String, NoRandomness> {
        self.digits(length, BASE62)
    }

    /// Random bytes.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], NoRandomness> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(bytes)
    }

    /// Draws characters evenly: a byte that would favour the alphabet's first ones is thrown away.
    fn digits(&self, length: usize, alphabet: &[u8]) -> Result<String, NoRandomness> {
        let fair = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        while text.len() < length {
            let drawn: [u8; 64] = self.bytes()?;
            let usable = drawn.iter().map(|b| usize::from(*b)).filter(|b| *b < fair);
            text.extend(usable.take(length - text.len()).map(|b| char::from(alphabet[b % alphabet.len()])));
        }
        Ok(text)
    }
}

const BASE62_LOWER: [u8; 36] = *b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Appends `value` in base 62, padded with zeros to `digits` characters; higher digits are cut off.
pub fn push_base62(text: &mut String, mut value: u128, digits: usize) {
    let mut buffer = [b'0'; 24];
    let buffer = &mut buffer[..digits];
    for digit in buffer.iter_mut().rev() {
        *digit = BASE62[(value % 62) as usize];
        value /= 62;
    }
    text.extend(buffer.iter().map(|b| char::from(*b)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_earliest_id_of_a_moment_parts_those_before_from_those_after() {
        let (ids, at) = (Ids::default(), Timestamp::from_millis);
        let [before, then, after] =
            [4_999, 5_000, 5_001].map(|millis| ids.next::<AuditEntryId>(at(millis)).unwrap());
        let bound: AuditEntryId = earliest(at(5_000));
        assert!(before < bound && bound <= then && then < after);
        assert!(earliest::<AuditEntryId>(at(-1)) < before && after < earliest(at(i64::MAX)));
    }

    #[test]
    fn ids_have_their_form() {
        let id: ThreadId = Ids::default().next(Timestamp::from_millis(1_790_000_000_000)).unwrap();
        let rest = id.as_str().strip_prefix("thread_0").unwrap();
        assert_eq!(rest.len(), 23);
        assert!(rest.bytes().all(|b| BASE62.contains(&b)));
    }

    proptest! {
        #[test]
        fn ids_sort_in_the_order_they_were_made(steps in prop::collection::vec(-5_i64..5, 2..200)) {
            let ids = Ids::default();
            let mut now = 1_790_000_000_000;
            let made: Vec<MessageId> = steps
                .iter()
                .map(|step| {
                    now += step;
                    ids.next(Timestamp::from_millis(now)).unwrap()
                })
                .collect();
            prop_assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        }

        #[test]
        fn base_62_sorts_as_numbers_do(a in any::<u64>(), b in any::<u64>()) {
            let text = |value: u64| {
                let mut text = String::new();
                push_base62(&mut text, value.into(), 11);
                text
            };
            prop_assert_eq!(a.cmp(&b), text(a).cmp(&text(b)));
        }

        #[test]
        fn labels_and_project_ids_say_the_same(rest in "[0-9a-z]{12}") {
            let id = ProjectId::parse(&format!("proj_{rest}")).unwrap();
            prop_assert_eq!(ProjectId::from_label(&id.label()), Some(id));
        }

        #[test]
        fn a_label_of_another_form_names_nothing(text in "proj-[0-9a-zA-Z_]{0,20}") {
            let proper = text.len() == 17 && !text[5..].contains(|c: char| c.is_ascii_uppercase() || c == '_');
            prop_assert_eq!(ProjectId::from_label(&text).is_some(), proper);
        }
    }

    #[test]
    fn chosen_ids_are_counted_in_utf_16() {
        assert!(UserId::parse(&"é".repeat(255)).is_ok());
        assert!(UserId::parse(&"😀".repeat(127)).is_ok());
        assert_eq!(UserId::parse(&"😀".repeat(128)), Err(InvalidId::Length));
        assert_eq!(UserId::parse(""), Err(InvalidId::Length));
    }

    #[test]
    fn chosen_ids_hold_no_white_space_and_no_controls() {
        for text in ["a b", "a\u{a0}b", "a\u{2028}b", "a\tb", "a\0b", "a\u{7f}b", "a\u{9f}b"] {
            assert_eq!(WorkspaceId::parse(text), Err(InvalidId::Characters), "{text:?}");
        }
        assert!(WorkspaceId::parse("auth0|5f7c/é.@").is_ok());
    }

    #[test]
    fn secrets_use_the_whole_alphabet() {
        let secret = Ids::default().secret(20_000).unwrap();
        assert!(BASE62.iter().all(|digit| secret.bytes().any(|b| b == *digit)));
    }
}
