//! Which operator a person from the issuer is.

use engine::Conn;

use super::client::Person;
use crate::app::App;
use crate::auth::api_key::{Hash, hash};
use crate::error::Result;
use crate::members::invitations::{check_address, join, join_as};
use crate::members::store::find_invitation;
use crate::operators::model::{Email, Identity, NewOperator, Operator};
use crate::operators::store::{find_operator_by_email, find_operator_by_identity, prove_address};

/// Why a person from the issuer is let in by no means; a code that the sign-in page puts in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stranger {
    /// No operator has the address, and no invitation was followed.
    Unknown,
    /// The issuer does not vouch for the address.
    Unverified,
    /// The issuer told no address.
    NoEmail,
    /// The operator of the address comes with another account of the issuer.
    Taken,
    /// The invitation is used, over, or for another address.
    Invitation,
}

impl Stranger {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Unknown => "sso_unknown",
            Self::Unverified => "sso_unverified",
            Self::NoEmail => "sso_no_email",
            Self::Taken => "sso_taken",
            Self::Invitation => "sso_invitation",
        }
    }
}

/// The operator that a person is: by an account known from before, else by an address that the issuer
/// vouches for, else as somebody new who follows an invitation.
pub(super) async fn find_or_create(
    app: &App,
    person: Person,
    invitation: Option<&str>,
) -> Result<Result<Operator, Stranger>> {
    let link = invitation.map(hash);
    let identity = &person.identity;
    let find = async |conn: &mut Conn<'_>| find_operator_by_identity(conn, identity).await;
    if let Some(known) = app.store().read(find).await? {
        return match link {
            Some(link) => follow(app, known, link).await,
            None => Ok(Ok(known)),
        };
    }
    let Some(email) = person.email.as_deref().and_then(Email::parse) else {
        return Ok(Err(Stranger::NoEmail));
    };
    let find = async |conn: &mut Conn<'_>| find_operator_by_email(conn, &email).await;
    match (app.store().read(find).await?, link) {
        (Some(_), _) if !person.is_email_verified => Ok(Err(Stranger::Unverified)),
        (Some(known), link) => {
            if !tie(app, &known, person.identity).await? {
                return Ok(Err(Stranger::Taken));
            }
            match link {
                Some(link) => follow(app, known, link).await,
                None => Ok(Ok(known)),
            }
        }
        (None, Some(link)) => create(app, person, email, link).await,
        (None, None) => Ok(Err(Stranger::Unknown)),
    }
}

async fn tie(app: &App, operator: &Operator, identity: Identity) -> Result<bool> {
    let (id, now) = (operator.id.clone(), app.clock().now());
    let write = async move |conn: &mut Conn<'_>| prove_address(conn, &id, &identity, now).await;
    app.store().write(write).await
}

/// Whether an invitation can be accepted by somebody with the address.
async fn admits(app: &App, link: &Hash, email: &Email) -> Result<bool> {
    let now = app.clock().now();
    let found = app.store().read(async |conn| find_invitation(conn, link, now).await).await?;
    Ok(found.is_some_and(|found| check_address(&found, email).is_ok()))
}

async fn follow(app: &App, operator: Operator, link: Hash) -> Result<Result<Operator, Stranger>> {
    if !admits(app, &link, &operator.email).await? {
        return Ok(Err(Stranger::Invitation));
    }
    join(app, operator.clone(), link).await?;
    Ok(Ok(operator))
}

async fn create(app: &App, person: Person, email: Email, link: Hash) -> Result<Result<Operator, Stranger>> {
    if !admits(app, &link, &email).await? {
        return Ok(Err(Stranger::Invitation));
    }
    let now = app.clock().now();
    let name = person.name.clone().unwrap_or_else(|| email.to_string());
    let name = name.chars().take(255).collect();
    let new = NewOperator { id: app.ids().next(now)?, email, name, password_hash: None, now };
    let operator = Operator::from(&new);
    join_as(app, new, link, Some(person.identity)).await?;
    Ok(Ok(operator))
}
