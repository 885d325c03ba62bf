//! Operators who are signed in to a test server's dashboard.

use threadkeep::auth::operator::csrf::CsrfToken;
use threadkeep::auth::operator::session::SessionToken;
use threadkeep::error::Result;
use threadkeep::http::base::Bases;
use threadkeep::id::OperatorId;
use threadkeep::instance::store::first_organization;
use threadkeep::members::model::Role;
use threadkeep::members::store::create_member;
use threadkeep::operators::model::{Email, NewOperator, NewSession};
use threadkeep::operators::store::{create_operator, create_session};

use super::program::Program;
use super::{Client, TestApp};

impl TestApp {
    /// A new operator who is signed in and a member of the first organization.
    pub async fn operator(&self, role: Role) -> Client {
        let id = self.new_operator().await;
        let act = self.act();
        let write = async move |conn: &mut engine::Conn<'_>| -> Result<OperatorId> {
            let organization = first_organization(conn).await?.expect("an organization");
            create_member(conn, &organization, &id, role, &act).await?;
            Ok(id.clone())
        };
        let id = self.store.write(write).await.unwrap();
        self.sign_in(&id).await
    }

    /// A new operator who is signed in and a member of nothing.
    pub async fn stranger(&self) -> Client {
        let id = self.new_operator().await;
        self.sign_in(&id).await
    }

    async fn new_operator(&self) -> OperatorId {
        let id: OperatorId = self.ids.next(self.now()).unwrap();
        let email = Email::parse(&format!("{}@example.com", id.as_str())).unwrap();
        let new =
            NewOperator { id: id.clone(), email, name: "Op".into(), password_hash: None, now: self.now() };
        assert!(self.store.write(async move |conn| create_operator(conn, &new).await).await.unwrap());
        id
    }

    /// A browser with a new session of the operator.
    pub async fn sign_in(&self, operator: &OperatorId) -> Client {
        let token = SessionToken::draw(&self.ids).unwrap();
        let new = NewSession {
            id: self.ids.next(self.now()).unwrap(),
            hash: token.hash(),
            operator: operator.clone(),
            user_agent: None,
            address: None,
            now: self.now(),
        };
        self.store.write(async move |conn| create_session(conn, &new).await).await.unwrap();
        let bases = Bases::new(&self.url, None).unwrap();
        let cookie = token.to_cookie(&bases).unwrap().to_str().unwrap().to_owned();
        let cookie = cookie.split(';').next().unwrap();
        self.anyone().with("cookie", cookie).with("x-csrf-token", CsrfToken::of(&token).as_str())
    }
}

impl TestApp {
    /// A path below the default project in the operator API.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/projects/{}/{rest}", self.project)
    }

    /// Every entry of the audit log, project's and organization's, as text.
    pub async fn audit_text(&self) -> String {
        let read = async |conn: &mut engine::Conn<'_>| {
            let sql =
                "SELECT action || ' ' || resource_type || ' ' || resource_id || ' ' || actor_type || ' '
                           || COALESCE(before, '-') || ' ' || COALESCE(after, '-') FROM audit_entries
                       UNION ALL SELECT action || ' ' || resource_type || ' ' || resource_id || ' '
                           || actor_type || ' ' || COALESCE(before, '-') || ' ' || COALESCE(after, '-')
                       FROM organization_audit_entries";
            conn.all(sql, &[], |row| row.get::<String>(0)).await
        };
        self.store.read::<_, engine::Error, _>(read).await.unwrap().join("\n")
    }
}

impl TestApp {
    /// The program beside this server, with the same database.
    pub fn program(&self) -> Program {
        let url = match self._scratch.options() {
            engine::Options::Postgres(options) => Some(options.url),
            engine::Options::Sqlite(_) => None,
        };
        Program::new(url)
            .with("THREADKEEP_DATA_DIR", self._folder.path().to_str().unwrap())
            .with("THREADKEEP_SECRET", super::SECRET)
            .with("THREADKEEP_PUBLIC_URL", &self.url)
            .with("THREADKEEP_ALLOW_PRIVATE", "127.0.0.1")
    }
}
