//! A database of every released schema is brought up to date, and keeps what it holds.

use engine::testing::Scratch;
use engine::{Engine, Store};
use threadkeep::clock::Timestamp;
use threadkeep::fair_use::model::FairUse;
use threadkeep::id::ProjectId;
use threadkeep::instance::MIGRATIONS;
use threadkeep::messages::thumbs::find_thumbs;
use threadkeep::projects::store::find_project;
use threadkeep::users::store::{ActiveCounts, count_active_users};

use crate::on_both_engines;

on_both_engines!(a_database_of_every_earlier_schema_is_brought_up_to_date);

/// The migration that last changed by which rules is searched.
const SEARCH: usize = 8;

/// The one since which visitors are counted apart.
const VISITORS_APART: usize = 11;

/// The one that brought folded names.
const FOLDED_NAMES: usize = 4;

/// What a database of the first schema may hold.
const ROWS: [&str; 8] = [
    "INSERT INTO organizations (id, name, created_at) VALUES ('org_0', 'O', 1)",
    "INSERT INTO projects (id, organization_id, name, anonymous_access, active_user_cap, created_at, updated_at)
     VALUES ('proj_000000000000', 'org_0', 'Kept', TRUE, 7, 1, 1)",
    "INSERT INTO active_users (project_id, month, user_id, first_at)
     VALUES ('proj_000000000000', '1970-01', 'usr_anon_0one', 1)",
    "INSERT INTO active_users (project_id, month, user_id, first_at)
     VALUES ('proj_000000000000', '1970-01', 'usr_anonymous', 1)",
    "INSERT INTO active_user_counts (project_id, month, count) VALUES ('proj_000000000000', '1970-01', 2)",
    "INSERT INTO threads (project_id, id, workspace_id, is_archived, last_message_at, thumbs_up, thumbs_down,
                          created_by, updated_by, created_at, updated_at)
     VALUES ('proj_000000000000', 'thread_0', 'w', FALSE, 1, 0, 0, 'u', 'u', 1, 1)",
    "INSERT INTO messages (project_id, thread_id, id, height, format, content, created_by, updated_by,
                           created_at, updated_at)
     VALUES ('proj_000000000000', 'thread_0', 'msg_0', 0, 'aui/v0',
             '{\"metadata\":{\"submittedFeedback\":{\"type\":\"positive\"}},\"nul\":\"\\u0000\"}', 'u', 'u', 1, 1)",
    "INSERT INTO messages (project_id, thread_id, id, height, format, content, created_by, updated_by,
                           created_at, updated_at)
     VALUES ('proj_000000000000', 'thread_0', 'msg_1', 0, 'aui/v0', '{}', 'guest', 'guest', 1, 1)",
];

/// The one that brought auth rules.
const RULES: usize = 2;

/// A rule with workspaces of both kinds.
const RULE: &str = "INSERT INTO auth_rules
    (project_id, id, name, provider, audience_claim, user_claim, workspace, workspace_fallback, conditions,
     keys_not_before, created_at, updated_at)
    VALUES ('proj_000000000000', 'rule_0', 'R', 'custom', 'aud', 'sub', 'org_id', 'sub', '[]', 1, 1, 1)";

/// Whether a database that had run so many migrations has yet to learn which messages are guests'.
fn is_told_of_guests(released: usize) -> bool {
    MIGRATIONS.iter().skip(released).any(|migration| migration.name == "0009_lighter_appends")
}

async fn a_database_of_every_earlier_schema_is_brought_up_to_date(engine: Engine) {
    for released in 1..MIGRATIONS.len() {
        let scratch = Scratch::new(engine).await;
        let store = Store::open(scratch.options()).await.unwrap();
        assert_eq!(store.migrate(&MIGRATIONS[..released]).await.unwrap(), released);
        for sql in ROWS {
            let insert = async move |conn: &mut engine::Conn<'_>| conn.execute(sql, &[]).await;
            assert_eq!(store.write(insert).await.unwrap(), 1);
        }
        if released >= RULES {
            store
                .write(async move |conn: &mut engine::Conn<'_>| conn.execute(RULE, &[]).await)
                .await
                .unwrap();
        }
        if released >= FOLDED_NAMES {
            let sql = "INSERT INTO users (project_id, id, display_name, folded_name, updated_at)
                       VALUES ('proj_000000000000', 'u', 'Łukasz', 'łukasz', 1)";
            store.write(async move |conn: &mut engine::Conn<'_>| conn.execute(sql, &[]).await).await.unwrap();
        }
        assert_eq!(store.migrate(MIGRATIONS).await.unwrap(), MIGRATIONS.len() - released);
        let id = ProjectId::parse("proj_000000000000").unwrap();
        let project = store.read(async |conn| find_project(conn, &id).await).await.unwrap().unwrap();
        assert_eq!((project.name.as_str(), project.allowed_origins.len()), ("Kept", 0));
        // What was counted together when visitors began to be counted apart.
        let is_split = released < VISITORS_APART;
        assert_eq!((project.active_user_cap, project.active_visitor_cap), (Some(7), is_split.then_some(7)));
        assert_eq!(project.fair_use, FairUse::default());
        let (id, then) = (&project.id, Timestamp::from_millis(1));
        let active = store.read(async |conn| count_active_users(conn, id, then).await).await.unwrap();
        let visitors = i64::from(is_split);
        assert_eq!(active, ActiveCounts { users: 2 - visitors, visitors }, "from schema {released}");
        let apart = "SELECT personal_apart FROM auth_rules";
        let apart = store.read(async |conn| conn.first(apart, &[], |row| row.get::<bool>(0)).await).await;
        let expected = (released >= RULES).then_some(false);
        assert_eq!(apart.unwrap(), expected, "a rule that is there goes on calling workspaces as it did");
        let count = "SELECT COUNT(*) FROM messages WHERE thread_id IN (SELECT id FROM threads)";
        let kept = store.read(async |conn| conn.first(count, &[], |row| row.get::<i64>(0)).await).await;
        assert_eq!(kept.unwrap(), Some(2));
        let guests = "SELECT id FROM messages WHERE is_guests";
        let guests = store.read(async |conn| conn.all(guests, &[], |row| row.get::<String>(0)).await).await;
        let expected: &[&str] = if is_told_of_guests(released) { &["msg_1"] } else { &[] };
        assert_eq!(guests.unwrap(), expected, "from schema {released}");
        find_thumbs(&store).await.unwrap();
        let thumbs = "SELECT id || ' ' || thumb FROM messages WHERE thumb IS NOT NULL";
        let thumbs = store.read(async |conn| conn.all(thumbs, &[], |row| row.get::<String>(0)).await).await;
        assert_eq!(thumbs.unwrap(), ["msg_0 up"], "thumbs that stand in messages are found");
        let waiting = store.read(async |conn| threadkeep::search::store::count_waiting(conn).await).await;
        // Of a database that has the search already, the rows came past everything that would note them.
        let expected = i64::from(released < SEARCH);
        if released >= FOLDED_NAMES {
            let names = "SELECT COUNT(*) FROM users WHERE needs_folding";
            let stale = store.read(async |conn| conn.first(names, &[], |row| row.get::<i64>(0)).await).await;
            assert_eq!(stale.unwrap(), Some(1), "names that are there wait to be folded");
        }
        assert_eq!(waiting.unwrap(), expected, "what was there before the search waits to be indexed");
    }
}
