//! The text of API keys. Pure.

use aws_lc_rs::digest::{SHA256, digest};

use super::credential::KEY_PREFIX;
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::id::{Ids, NoRandomness, ProjectId, push_base62};

/// Random characters of a key: 256 bits.
const SECRET_DIGITS: usize = 43;

/// Characters of the checksum: CRC32 in base 62.
const CHECKSUM_DIGITS: usize = 6;

/// The characters of a project id after its prefix.
const PROJECT_DIGITS: usize = 12;

/// SHA-256 of a secret text; what the database holds in its place.
pub type Hash = [u8; 32];

/// SHA-256 of a secret text.
pub fn hash(text: &str) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    hash
}

/// Draws a key for a project: `sk_aui_` + project id + `_0` + secret + checksum.
///
/// # Errors
/// [`NoRandomness`].
pub fn draw(ids: &Ids, project: &ProjectId) -> Result<Secret, NoRandomness> {
    let mut text = format!("sk_aui_{project}_0{}", ids.secret(SECRET_DIGITS)?);
    let checksum = crc32fast::hash(text.as_bytes());
    push_base62(&mut text, checksum.into(), CHECKSUM_DIGITS);
    Ok(Secret::new(text))
}

/// Reads which project a key is of. The checksum lets a mistyped key be refused without a look-up.
///
/// # Errors
/// 403 `Invalid API key format` when the text names no project, 403 `Unknown or expired API key` when
/// the checksum or the length is wrong.
pub fn parse(text: &str) -> Result<ProjectId> {
    let project = text
        .strip_prefix(KEY_PREFIX)
        .and_then(|rest| Some(rest.split_at_checked(PROJECT_DIGITS)?.1))
        .filter(|rest| rest.starts_with('_'))
        .and_then(|_| ProjectId::parse(&text["sk_aui_".len()..KEY_PREFIX.len() + PROJECT_DIGITS]))
        .ok_or_else(|| Error::forbidden("Invalid API key format"))?;
    if has_checksum(text) { Ok(project) } else { Err(unknown()) }
}

fn has_checksum(text: &str) -> bool {
    const LENGTH: usize = KEY_PREFIX.len() + PROJECT_DIGITS + "_0".len() + SECRET_DIGITS + CHECKSUM_DIGITS;
    if text.len() != LENGTH || !text.is_ascii() {
        return false;
    }
    let (body, checksum) = text.split_at(LENGTH - CHECKSUM_DIGITS);
    let mut expected = String::with_capacity(CHECKSUM_DIGITS);
    push_base62(&mut expected, crc32fast::hash(body.as_bytes()).into(), CHECKSUM_DIGITS);
    checksum == expected
}

/// The refusal of a key that is not, or no longer, one of its project's.
pub fn unknown() -> Error {
    Error::forbidden("Unknown or expired API key").with_help(
        "This API key is mistyped, revoked or expired; make another one with `threadkeep keys create`",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn() -> (ProjectId, String) {
        let ids = Ids::default();
        let project = ids.project().unwrap();
        let key = draw(&ids, &project).unwrap().reveal().to_owned();
        (project, key)
    }

    #[test]
    fn t161_keys_have_one_form() {
        let (project, key) = drawn();
        let rest = key.strip_prefix(&format!("sk_aui_{project}_0")).unwrap();
        assert_eq!(rest.len(), 49);
        assert!(rest.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(parse(&key).unwrap(), project);
    }

    #[test]
    fn a_text_that_names_no_project_is_no_key() {
        for text in [
            "sk_aui_proj_",
            "sk_aui_proj_0ltyjcuaxpv",
            "sk_aui_proj_0ltyjcuaxpv1",
            "sk_aui_proj_0LTYJCUAXPV1_0x",
            "sk_aui_proj_0ltyjcuaxpvé_0x",
        ] {
            assert_eq!(parse(text).unwrap_err().code(), "Invalid API key format", "{text}");
        }
    }

    proptest! {
        #[test]
        fn t160_any_other_character_breaks_the_checksum(at in 25_usize..74, with in "[0-9A-Za-z]") {
            let (_, key) = drawn();
            let mut changed = key.clone();
            changed.replace_range(at..=at, &with);
            prop_assume!(changed != key);
            prop_assert_eq!(parse(&changed).unwrap_err().code().to_owned(), "Unknown or expired API key");
        }

        #[test]
        fn t160_no_other_length_passes(cut in 26_usize..74, more in "[ 0-9A-Za-z]{1,8}") {
            let (_, key) = drawn();
            prop_assert!(parse(&key[..cut]).is_err());
            prop_assert!(parse(&(key + &more)).is_err());
        }
    }
}
