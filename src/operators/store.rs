//! The queries on operators and their sessions.

use engine::{Conn, Row};

use super::model::{Email, Identity, NewOperator, NewSession, Operator, RESET_MS, Session};
use crate::auth::api_key::Hash;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{OperatorId, SessionId};

fn time(row: &Row<'_>, index: usize) -> engine::Result<Timestamp> {
    Ok(Timestamp::from_millis(row.get(index)?))
}

fn to_operator(row: &Row<'_>) -> engine::Result<Operator> {
    Ok(Operator {
        id: row.get(0)?,
        email: Email::stored(row.get(1)?),
        name: row.get(2)?,
        has_password: row.get(3)?,
        created_at: time(row, 4)?,
    })
}

/// Whether anybody can sign in yet.
///
/// # Errors
/// The database's.
pub async fn has_operators(conn: &mut Conn<'_>) -> Result<bool> {
    Ok(conn.first("SELECT 1 FROM operators LIMIT 1", &[], |_| Ok(())).await?.is_some())
}

/// Holds the instance's row: of two who would both be the first operator, the second one sees the first.
///
/// # Errors
/// The database's.
pub async fn lock_instance(conn: &mut Conn<'_>) -> Result<()> {
    conn.execute("UPDATE instance SET created_at = created_at WHERE id = 1", &[]).await?;
    Ok(())
}

/// How many operators there are.
///
/// # Errors
/// The database's.
pub async fn count_operators(conn: &mut Conn<'_>) -> Result<i64> {
    Ok(conn.first("SELECT COUNT(*) FROM operators", &[], |row| row.get(0)).await?.unwrap_or(0))
}

/// Stores an operator; false when the address is taken.
///
/// # Errors
/// The database's.
pub async fn create_operator(conn: &mut Conn<'_>, new: &NewOperator) -> Result<bool> {
    let sql = "INSERT INTO operators
               (id, email, name, password_hash, created_at, updated_at, last_sign_in_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?5, NULL) ON CONFLICT (email) DO NOTHING";
    let params: [&dyn engine::Param; 5] =
        [&new.id, &new.email.as_str(), &new.name, &new.password_hash, &new.now.millis()];
    Ok(conn.execute(sql, &params).await? > 0)
}

/// An operator by address.
///
/// # Errors
/// The database's.
pub async fn find_operator_by_email(conn: &mut Conn<'_>, email: &Email) -> Result<Option<Operator>> {
    let sql = "SELECT id, email, name, password_hash IS NOT NULL, created_at
               FROM operators WHERE email = ?1";
    Ok(conn.first(sql, &[&email.as_str()], to_operator).await?)
}

/// An operator by the account at a single sign-on issuer.
///
/// # Errors
/// The database's.
pub async fn find_operator_by_identity(conn: &mut Conn<'_>, identity: &Identity) -> Result<Option<Operator>> {
    let sql = "SELECT id, email, name, password_hash IS NOT NULL, o.created_at FROM operators o
               JOIN operator_identities i ON i.operator_id = o.id
               WHERE i.issuer = ?1 AND i.subject = ?2";
    Ok(conn.first(sql, &[&identity.issuer, &identity.subject], to_operator).await?)
}

/// Ties a new operator to their account at a single sign-on issuer.
///
/// # Errors
/// The database's.
pub async fn create_identity(
    conn: &mut Conn<'_>,
    operator: &OperatorId,
    identity: &Identity,
    now: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO operator_identities (issuer, subject, operator_id, created_at)
               VALUES (?1, ?2, ?3, ?4) ON CONFLICT (issuer, subject) DO NOTHING";
    let Identity { issuer, subject } = identity;
    conn.execute(sql, &[issuer, subject, operator, &now.millis()]).await?;
    Ok(())
}

/// Ties an operator to the account at a single sign-on issuer that has proved their address. Whoever typed
/// that address before has proved nothing: their password, reset link and sessions end. False when another
/// account of the issuer is the operator's.
///
/// # Errors
/// The database's.
pub async fn prove_address(
    conn: &mut Conn<'_>,
    operator: &OperatorId,
    identity: &Identity,
    now: Timestamp,
) -> Result<bool> {
    // Before the question, so that of two at once the second one sees the first.
    let sql = "UPDATE operators SET password_hash = NULL, reset_hash = NULL, reset_expires_at = NULL,
                                    updated_at = ?2
               WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM operator_identities
                                             WHERE operator_id = ?1 AND issuer = ?3)";
    if conn.execute(sql, &[operator, &now.millis(), &identity.issuer]).await? == 0 {
        return Ok(false);
    }
    create_identity(conn, operator, identity, now).await?;
    delete_sessions(conn, operator).await?;
    Ok(true)
}

/// An operator with the hash of their password, to check one.
///
/// # Errors
/// The database's.
pub async fn find_password_hash(
    conn: &mut Conn<'_>,
    email: &Email,
) -> Result<Option<(Operator, Option<String>)>> {
    let sql = "SELECT id, email, name, password_hash IS NOT NULL, created_at, password_hash
               FROM operators WHERE email = ?1";
    Ok(conn.first(sql, &[&email.as_str()], |row| Ok((to_operator(row)?, row.get(5)?))).await?)
}

/// Changes what an operator is called.
///
/// # Errors
/// The database's.
pub async fn update_name(conn: &mut Conn<'_>, id: &OperatorId, name: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE operators SET name = ?2, updated_at = ?3 WHERE id = ?1";
    conn.execute(sql, &[id, &name, &now.millis()]).await?;
    Ok(())
}

/// Whether that is the hash of an operator's password. The row is held, so that it stays so until the end of
/// the transaction.
///
/// # Errors
/// The database's.
pub async fn is_password_hash(conn: &mut Conn<'_>, id: &OperatorId, hash: &str) -> Result<bool> {
    let sql = "UPDATE operators SET password_hash = password_hash WHERE id = ?1 AND password_hash = ?2";
    Ok(conn.execute(sql, &[id, &hash]).await? > 0)
}

/// Sets a password in the place of the one that was proved, and ends every session but one: whoever knew the
/// old one is out. False when the password is another one by now, or the session is over.
///
/// # Errors
/// The database's.
pub async fn change_password(
    conn: &mut Conn<'_>,
    id: &OperatorId,
    (proved, new): (Option<&str>, &str),
    kept: &SessionId,
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE operators SET password_hash = ?2, reset_hash = NULL, reset_expires_at = NULL,
                                    updated_at = ?3
               WHERE id = ?1 AND password_hash IS NOT DISTINCT FROM ?4
                     AND EXISTS (SELECT 1 FROM operator_sessions WHERE operator_id = ?1 AND id = ?5)";
    if conn.execute(sql, &[id, &new, &now.millis(), &proved, kept]).await? == 0 {
        return Ok(false);
    }
    conn.execute("DELETE FROM operator_sessions WHERE operator_id = ?1 AND id <> ?2", &[id, kept]).await?;
    Ok(true)
}

/// Sets a password by a link that was taken, and ends every session.
///
/// # Errors
/// The database's.
pub async fn reset_password(
    conn: &mut Conn<'_>,
    operator: &Operator,
    password_hash: &str,
    now: Timestamp,
) -> Result<()> {
    let sql = "UPDATE operators SET password_hash = ?2, updated_at = ?3 WHERE id = ?1";
    conn.execute(sql, &[&operator.id, &password_hash, &now.millis()]).await?;
    conn.execute("DELETE FROM operator_sessions WHERE operator_id = ?1", &[&operator.id]).await?;
    Ok(())
}

/// Replaces the reset link of the operator at an address; nothing when there is none.
///
/// # Errors
/// The database's.
pub async fn create_reset(
    conn: &mut Conn<'_>,
    email: &Email,
    hash: &Hash,
    now: Timestamp,
) -> Result<Option<OperatorId>> {
    let sql = "UPDATE operators SET reset_hash = ?2, reset_expires_at = ?3 WHERE email = ?1 RETURNING id";
    let end = now.plus_millis(RESET_MS).millis();
    Ok(conn.first(sql, &[&email.as_str(), &&hash[..], &end], |row| row.get(0)).await?)
}

/// Whom a reset link is for, while it is good.
///
/// # Errors
/// The database's.
pub async fn find_reset(conn: &mut Conn<'_>, hash: &Hash, now: Timestamp) -> Result<Option<Operator>> {
    let sql = "SELECT id, email, name, password_hash IS NOT NULL, created_at FROM operators
               WHERE reset_hash = ?1 AND reset_expires_at > ?2";
    Ok(conn.first(sql, &[&&hash[..], &now.millis()], to_operator).await?)
}

/// As [`find_reset`], and uses the link up. The row is held, so that the link works once.
///
/// # Errors
/// The database's.
pub async fn take_reset(conn: &mut Conn<'_>, hash: &Hash, now: Timestamp) -> Result<Option<Operator>> {
    let sql = "UPDATE operators SET reset_hash = NULL, reset_expires_at = NULL
               WHERE reset_hash = ?1 AND reset_expires_at > ?2
               RETURNING id, email, name, password_hash IS NOT NULL, created_at";
    Ok(conn.first(sql, &[&&hash[..], &now.millis()], to_operator).await?)
}

/// Starts a session.
///
/// # Errors
/// The database's.
pub async fn create_session(conn: &mut Conn<'_>, new: &NewSession) -> Result<()> {
    let sql = "UPDATE operators SET last_sign_in_at = ?2 WHERE id = ?1";
    conn.execute(sql, &[&new.operator, &new.now.millis()]).await?;
    let sql = "INSERT INTO operator_sessions
               (hash, id, operator_id, created_at, last_seen_at, expires_at, user_agent, address)
               VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)";
    let end = Session::next_end(new.now, new.now).millis();
    let params: [&dyn engine::Param; 7] =
        [&&new.hash[..], &new.id, &new.operator, &new.now.millis(), &end, &new.user_agent, &new.address];
    conn.execute(sql, &params).await?;
    Ok(())
}

/// A live session by the hash of its token, and whose it is.
///
/// # Errors
/// The database's.
pub async fn find_session(
    conn: &mut Conn<'_>,
    hash: &Hash,
    now: Timestamp,
) -> Result<Option<(Session, Operator)>> {
    let sql = "SELECT o.id, o.email, o.name, o.password_hash IS NOT NULL, o.created_at,
                      s.id, s.created_at, s.last_seen_at, s.expires_at, s.user_agent, s.address
               FROM operator_sessions s JOIN operators o ON o.id = s.operator_id
               WHERE s.hash = ?1 AND s.expires_at > ?2";
    let to_both = |row: &Row<'_>| Ok((to_session(row, 5)?, to_operator(row)?));
    Ok(conn.first(sql, &[&&hash[..], &now.millis()], to_both).await?)
}

fn to_session(row: &Row<'_>, first: usize) -> engine::Result<Session> {
    Ok(Session {
        id: row.get(first)?,
        created_at: time(row, first + 1)?,
        last_seen_at: time(row, first + 2)?,
        expires_at: time(row, first + 3)?,
        user_agent: row.get(first + 4)?,
        address: row.get(first + 5)?,
    })
}

/// An operator's live sessions, the last used first; at most 100.
///
/// # Errors
/// The database's.
pub async fn list_sessions(
    conn: &mut Conn<'_>,
    operator: &OperatorId,
    now: Timestamp,
) -> Result<Vec<Session>> {
    let sql = "SELECT id, created_at, last_seen_at, expires_at, user_agent, address FROM operator_sessions
               WHERE operator_id = ?1 AND expires_at > ?2 ORDER BY last_seen_at DESC LIMIT 100";
    Ok(conn.all(sql, &[operator, &now.millis()], |row| to_session(row, 0)).await?)
}

/// Notes that a session was used.
///
/// # Errors
/// The database's.
pub async fn touch_session(
    conn: &mut Conn<'_>,
    id: &SessionId,
    now: Timestamp,
    end: Timestamp,
) -> Result<()> {
    let sql = "UPDATE operator_sessions SET last_seen_at = ?2, expires_at = ?3 WHERE id = ?1";
    conn.execute(sql, &[id, &now.millis(), &end.millis()]).await?;
    Ok(())
}

/// Ends a session of an operator; false when there is none of that id.
///
/// # Errors
/// The database's.
pub async fn delete_session(conn: &mut Conn<'_>, operator: &OperatorId, id: &SessionId) -> Result<bool> {
    let sql = "DELETE FROM operator_sessions WHERE operator_id = ?1 AND id = ?2";
    Ok(conn.execute(sql, &[operator, id]).await? > 0)
}

/// Ends every session of an operator.
///
/// # Errors
/// The database's.
pub async fn delete_sessions(conn: &mut Conn<'_>, operator: &OperatorId) -> Result<u64> {
    Ok(conn.execute("DELETE FROM operator_sessions WHERE operator_id = ?1", &[operator]).await?)
}

/// Deletes the sessions whose time is over.
///
/// # Errors
/// The database's.
pub async fn delete_expired_sessions(conn: &mut Conn<'_>, now: Timestamp) -> Result<u64> {
    Ok(conn.execute("DELETE FROM operator_sessions WHERE expires_at <= ?1", &[&now.millis()]).await?)
}
