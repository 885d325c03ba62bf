//! Appending a message, and what is decided about it before others' writes wait for it.

use std::sync::Arc;

use engine::{Conn, Store};

use super::content::Judgement;
use super::model::{Appended, NewMessage};
use super::store::{Outcome, append_message};
use crate::auth::scope::Scope;
use crate::error::{Error, Result};
use crate::http::aside::aside;

/// How often large content is compared outside of the transaction before somebody who keeps changing it is told to
/// wait.
const TRIES: usize = 8;

/// Appends a message, or writes the one that has the same external id again.
///
/// # Errors
/// As [`append_message`]; 503 when the message changes faster than it can be compared.
pub async fn append(store: &Store, scope: Scope, new: NewMessage, counts_user: bool) -> Result<Appended> {
    let what = Arc::new((scope, new));
    let mut judgement = None;
    for _ in 0..TRIES {
        let (append, judged) = (what.clone(), judgement.take());
        let write = async move |conn: &mut Conn<'_>| {
            let (scope, new) = &*append;
            append_message(conn, scope, new, counts_user, judged.as_ref()).await
        };
        match store.write(write).await? {
            Outcome::Appended(appended) => return Ok(appended),
            Outcome::Undecided(stored) => {
                let what = what.clone();
                judgement = Some(aside(move || Judgement::of(stored, &what.1.content)).await?);
            }
        }
    }
    Err(Error::unavailable("The message keeps changing"))
}
