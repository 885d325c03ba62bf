//! The command line: the built program on an instance that stands still. Beside a running server it is
//! in `commands_beside_server`.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::fair_use::model::FairUse;

use crate::on_both_engines;
use crate::support::Client;
use crate::support::program::{Program, instance, nothing_yet};

on_both_engines!(
    projects_are_made_listed_shown_and_renamed,
    settings_of_a_project_change_one_by_one,
    keys_are_made_listed_and_revoked,
    a_key_ends_when_it_was_told_to,
    a_key_belongs_to_its_project,
    what_is_printed_for_people_says_the_same,
    what_does_not_exist_is_told_in_a_sentence,
    another_secret_is_refused,
    commands_begin_no_instance
);

fn ids(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect()
}

fn default_project(program: &Program) -> String {
    program.run(&["projects", "list", "--json"]).json()[0]["id"].as_str().unwrap().to_owned()
}

async fn projects_are_made_listed_shown_and_renamed(engine: Engine) {
    let program = instance(engine).await;
    let program = program.with("THREADKEEP_PUBLIC_URL", "https://keep.example.org/base/");
    let first = program.run(&["projects", "list", "--json"]).json();
    assert_eq!(first.as_array().unwrap().len(), 1);
    let default = first[0].clone();
    assert_eq!((&default["name"], &default["is_default"]), (&json!("Default project"), &json!(true)));

    let made = program.run(&["projects", "create", "  The shop 🎉 ", "--json"]).json();
    let id = made["id"].as_str().unwrap();
    let label = id.replace('_', "-");
    assert!(id.starts_with("proj_") && id.len() == 17, "{id}");
    let expected = json!({
        "id": id,
        "name": "The shop 🎉",
        "frontend_url": format!("https://keep.example.org/base/{label}"),
        "is_default": false,
        "anonymous_access": true,
        "active_user_cap": null,
        "active_visitor_cap": null,
        "fair_use": FairUse::default(),
        "allowed_origins": [],
        "created_at": made["created_at"],
        "organization_id": default["organization_id"],
        "purge_at": null,
        "deleted_at": null,
    });
    assert_eq!(made, expected);
    assert_eq!(program.run(&["projects", "show", id, "--json"]).json(), expected);
    let listed = program.run(&["projects", "list", "--json"]).json();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(listed.as_array().unwrap().contains(&default) && listed.as_array().unwrap().contains(&made));

    let renamed = program.run(&["projects", "rename", id, "Elsewhere", "--json"]).json();
    assert_eq!((&renamed["id"], &renamed["name"]), (&json!(id), &json!("Elsewhere")));
    assert_eq!(program.run(&["projects", "show", id, "--json"]).json(), renamed);
    let untouched = program.run(&["projects", "show", default["id"].as_str().unwrap(), "--json"]).json();
    assert_eq!(untouched, default);
}

async fn settings_of_a_project_change_one_by_one(engine: Engine) {
    let program = instance(engine).await;
    let id = default_project(&program);
    for (arguments, anonymous_access, cap) in [
        (&["--anonymous", "off"][..], false, Value::Null),
        (&["--active-user-cap", "5"], false, json!(5)),
        (&["--anonymous", "on"], true, json!(5)),
        (&[], true, json!(5)),
        (&["--anonymous", "off", "--active-user-cap", "0"], false, json!(0)),
        (&["--active-user-cap", "none"], false, Value::Null),
    ] {
        let command = [&["projects", "update", &id, "--json"][..], arguments].concat();
        let changed = program.run(&command).json();
        assert_eq!(changed["anonymous_access"], anonymous_access, "{arguments:?}");
        assert_eq!(changed["active_user_cap"], cap, "{arguments:?}");
        assert_eq!(changed["name"], "Default project");
        assert_eq!(program.run(&["projects", "show", &id, "--json"]).json(), changed);
    }
}

async fn keys_are_made_listed_and_revoked(engine: Engine) {
    let program = instance(engine).await;
    assert_eq!(program.run(&["keys", "list", "--json"]).json(), json!([]));
    let first = program.run(&["keys", "create", " backend ", "--json"]).json();
    let second = program.run(&["keys", "create", "worker", "--json"]).json();
    let project = default_project(&program);
    let text = first["key"].as_str().unwrap();
    assert!(text.starts_with(&format!("sk_aui_{project}_0")), "the form of a key");
    let expected = json!({
        "id": first["id"],
        "key": text,
        "name": "backend",
        "project_id": project,
        "expires_at": null,
    });
    assert_eq!(first, expected);

    let listed = program.run(&["keys", "list", "--json"]);
    assert!(!listed.text().contains(text), "a key's text is shown once");
    let rows = listed.json();
    assert_eq!(ids(&rows), [second["id"].as_str().unwrap(), first["id"].as_str().unwrap()]);
    let expected = json!({
        "id": first["id"],
        "name": "backend",
        "suffix": &text[text.len() - 4..],
        "created_at": rows[1]["created_at"],
        "expires_at": null,
        "last_used_at": null,
        "is_expired": false,
    });
    assert_eq!(rows[1], expected);

    let id = first["id"].as_str().unwrap();
    let revoked = program.run(&["keys", "revoke", id, "--json"]).json();
    assert_eq!(revoked, json!({ "id": id, "revoked": true }));
    assert_eq!(ids(&program.run(&["keys", "list", "--json"]).json()), [second["id"].as_str().unwrap()]);
    program.run(&["keys", "revoke", id]).failed(&format!("the project has no key {id}"));
}

async fn a_key_ends_when_it_was_told_to(engine: Engine) {
    let program = instance(engine).await;
    for (expires, days) in
        [("never", None), ("7d", Some(7)), ("30d", Some(30)), ("90d", Some(90)), ("365d", Some(365))]
    {
        let made = program.run(&["keys", "create", "k", "--expires", expires, "--json"]).json();
        let rows = program.run(&["keys", "list", "--json"]).json();
        let row = rows.as_array().unwrap().iter().find(|row| row["id"] == made["id"]).unwrap();
        assert_eq!(row["expires_at"], made["expires_at"]);
        let millis = |name: &str| {
            let text = row[name].as_str()?;
            threadkeep::clock::Timestamp::parse(text).map(threadkeep::clock::Timestamp::millis)
        };
        let life = millis("expires_at").map(|end| end - millis("created_at").unwrap());
        assert_eq!(life, days.map(|days: i64| days * 24 * 60 * 60 * 1000), "{expires}");
    }
}

async fn a_key_belongs_to_its_project(engine: Engine) {
    let program = instance(engine).await;
    let other = program.run(&["projects", "create", "Other", "--json"]).json();
    let other = other["id"].as_str().unwrap();
    let made = program.run(&["keys", "create", "k", "--project", other, "--json"]).json();
    assert_eq!(made["project_id"], other);
    let id = made["id"].as_str().unwrap();
    assert_eq!(program.run(&["keys", "list", "--json"]).json(), json!([]));
    assert_eq!(ids(&program.run(&["keys", "list", "--project", other, "--json"]).json()), [id]);
    program.run(&["keys", "revoke", id]).failed(&format!("the project has no key {id}"));
    program.run(&["keys", "revoke", id, "--project", other]).text();

    // What was made while no server ran is good when one does.
    let key = program.run(&["keys", "create", "k", "--project", other, "--json"]).json();
    let server = program.serve().await;
    let client = Client::new(&server.url).bearing(key["key"].as_str().unwrap()).with("aui-workspace-id", "w");
    client.get("/v1/threads").await.expect(200);
    let revoked = Client::new(&server.url).bearing(made["key"].as_str().unwrap());
    revoked.get("/v1/threads").await.refused(403, "Unknown or expired API key");
}

async fn what_is_printed_for_people_says_the_same(engine: Engine) {
    let program = instance(engine).await;
    let id = default_project(&program);
    let shown = program.run(&["projects", "show", &id]);
    for part in [&*id, "Default project", "on", "none"] {
        assert!(shown.text().contains(part), "{part} in {}", shown.stdout);
    }
    assert!(program.run(&["projects", "list"]).text().contains(&id));
    let made = program.run(&["keys", "create", "backend", "--expires", "7d"]);
    let key = made.text().lines().next().unwrap().to_owned();
    assert!(key.starts_with(&format!("sk_aui_{id}_0")), "the first line is the key");
    let listed = program.run(&["keys", "list"]);
    assert!(listed.text().contains("backend") && listed.stdout.contains(&key[key.len() - 4..]));
    assert!(!listed.stdout.contains(&key));
    let rotated = program.run(&["projects", "rotate-key", &id, "--json"]).json();
    assert!(rotated["kid"].as_str().is_some_and(|kid| !kid.is_empty()), "{rotated}");
}

async fn what_does_not_exist_is_told_in_a_sentence(engine: Engine) {
    let program = instance(engine).await;
    let nowhere = "proj_000000000000";
    for arguments in [
        &["projects", "show", nowhere][..],
        &["projects", "rename", nowhere, "x"],
        &["projects", "update", nowhere, "--anonymous", "on"],
        &["projects", "rotate-key", nowhere],
        &["keys", "create", "k", "--project", nowhere],
        &["keys", "list", "--project", nowhere],
        &["keys", "revoke", "key_0", "--project", nowhere],
    ] {
        program.run(arguments).failed("there is no project proj_000000000000");
    }
    program.run(&["keys", "revoke", "key_0nowhere"]).failed("the project has no key key_0nowhere");
    let id = default_project(&program);
    let long = "x".repeat(256);
    for arguments in [
        &["projects", "create", ""][..],
        &["projects", "create", "  "],
        &["projects", "create", &long],
        &["projects", "rename", &id, ""],
        &["keys", "create", ""],
        &["keys", "create", &long],
    ] {
        program.run(arguments).failed("the name must be 1 to 255 characters");
    }
    for arguments in [&["projects", "show", "shop"][..], &["keys", "list", "--project", "proj_SHOUTED00000"]]
    {
        program.run(arguments).failed("is not a project id");
    }
    assert_eq!(program.run(&["projects", "list", "--json"]).json().as_array().unwrap().len(), 1);
    assert_eq!(program.run(&["keys", "list", "--json"]).json(), json!([]));
}

async fn another_secret_is_refused(engine: Engine) {
    let program = nothing_yet(engine).await;
    let mut program =
        program.with("THREADKEEP_SECRET", "the first secret, long enough to be one").begun().await;
    let key = program.create_key();
    let other = "another secret, which is long enough too";
    program.set("THREADKEEP_SECRET", other);
    for arguments in [&["serve"][..], &["projects", "list"], &["keys", "create", "k"]] {
        let ran = program.run(arguments);
        ran.failed("this database was made under another instance secret");
        assert!(ran.stderr.contains("THREADKEEP_SECRET") && !ran.stderr.contains(other), "{}", ran.stderr);
    }
    // Nothing was harmed.
    program.set("THREADKEEP_SECRET", "the first secret, long enough to be one");
    let server = program.serve().await;
    let client = Client::new(&server.url).bearing(&key).with("aui-workspace-id", "w");
    client.get("/v1/threads").await.expect(200);
}

async fn commands_begin_no_instance(engine: Engine) {
    let program = nothing_yet(engine).await;
    for arguments in [
        &["keys", "create", "k"][..],
        &["projects", "create", "Shop"],
        &["rules", "list"],
        &["origins", "set", "https://app.example"],
        &["members", "setup-link"],
        &["organizations", "list"],
        &["audit", "list"],
    ] {
        let ran = program.run(arguments);
        ran.failed("there is no instance at ");
        for hint in ["--data-dir", "THREADKEEP_DATA_DIR", "THREADKEEP_DATABASE_URL", "`threadkeep serve`"] {
            assert!(ran.stderr.contains(hint), "{}", ran.stderr);
        }
        assert!(!program.data_dir().exists(), "{arguments:?} made the data folder");
        if engine == Engine::Sqlite {
            let looked = program.data_dir().canonicalize().unwrap_or_else(|_| program.data_dir());
            assert!(
                ran.stderr.contains(&looked.join("threadkeep.db").display().to_string()),
                "{}",
                ran.stderr
            );
        }
    }
    // A server begins one, even where something looked before.
    let server = program.serve().await;
    assert!(server.greeting.contains("A new instance is ready."), "{}", server.greeting);
    program.create_key();
    // In another folder there is none on SQLite, and not the secret that a PostgreSQL was begun under.
    let elsewhere = program.run(&["keys", "create", "k", "--data-dir", "elsewhere"]);
    elsewhere.failed(match engine {
        Engine::Sqlite => "there is no instance at ",
        Engine::Postgres => "there is no instance secret at ",
    });
    assert!(!program.folder().join("elsewhere").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_made_in_a_folder_that_was_there_is_closed_to_other_accounts() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let program = nothing_yet(Engine::Sqlite).await;
    std::fs::create_dir(program.data_dir()).unwrap();
    std::fs::set_permissions(program.data_dir(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let server = program.serve().await;
    program.create_key();
    let files: Vec<_> =
        std::fs::read_dir(program.data_dir()).unwrap().map(|file| file.unwrap().path()).collect();
    let names = |end: &str| files.iter().any(|file| file.to_string_lossy().ends_with(end));
    assert!(
        names("threadkeep.db") && names("-wal") && names("-shm") && names("instance.secret"),
        "{files:?}"
    );
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    drop(server);
}

#[tokio::test]
async fn a_lost_secret_is_not_replaced() {
    let program = instance(Engine::Sqlite).await;
    program.run(&["projects", "list", "--json"]).json();
    let file = program.data_dir().join("instance.secret");
    let kept = program.folder().join("kept");
    std::fs::rename(&file, &kept).unwrap();
    program.run(&["projects", "list"]).failed("this database was made under another instance secret");
    assert!(!file.exists());
    std::fs::rename(&kept, &file).unwrap();
    program.run(&["projects", "list", "--json"]).json();
}

#[cfg(unix)]
#[tokio::test]
async fn the_data_folder_is_closed_to_other_accounts() {
    let program = instance(Engine::Sqlite).await;
    program.run(&["projects", "list", "--json"]).json();
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(program.data_dir()).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn wrong_arguments_are_told_in_a_sentence() {
    let program = Program::new(None);
    for (arguments, part) in [
        (&[][..], "Usage"),
        (&["fly"], "fly"),
        (&["projects"], "Usage"),
        (&["projects", "show"], "PROJECT"),
        (&["projects", "create"], "NAME"),
        (&["projects", "update", "proj_000000000000", "--anonymous", "perhaps"], "perhaps"),
        (&["projects", "update", "proj_000000000000", "--active-user-cap=-1"], "a whole number or `none`"),
        (
            &["projects", "update", "proj_000000000000", "--active-user-cap", "few"],
            "a whole number or `none`",
        ),
        (&["keys", "create", "k", "--expires", "8d"], "8d"),
        (&["keys", "list", "--shiny"], "--shiny"),
        (&["serve", "--listen", "nowhere"], "nowhere"),
        (&["serve", "--public-url", "ftp://x"], "public_url"),
        (&["config", "--config", "missing.toml"], "missing.toml"),
        (&["config", "--database-url", "postgres://h/db?sslmode=hunter2"], "sslmode: must be"),
        (&["config", "--database-url", "postgres://h/db?sslmod=require"], "unknown option `sslmod`"),
        (
            &["serve", "--database-url", "postgres://h/db?sslrootcert=/no.crt&sslmode=require"],
            "sslrootcert: /no.crt",
        ),
        (&["keys", "list", "--database-url", "postgres://127.0.0.1:1/none"], "database"),
    ] {
        program.run(arguments).failed(part);
    }
    let program = program.with("THREADKEEP_SECRET", "short");
    program.run(&["projects", "list"]).failed("at least 32 characters");
}

#[test]
fn a_folder_that_cannot_be_made_is_told_in_a_sentence() {
    let program = Program::new(None);
    std::fs::write(program.folder().join("file"), "").unwrap();
    program.run(&["serve", "--data-dir", "file/data"]).failed("cannot make the data folder");
}

/// What `config` says of the database's URL and of the protection, and what it warns of.
fn database_told(url: &str, variables: &[(&'static str, &str)]) -> (Value, Value, String) {
    let mut program = Program::new(Some(url.to_owned()));
    for (name, value) in variables {
        program.set(name, value);
    }
    let ran = program.run(&["config", "--json"]);
    let settings = ran.json();
    let value = |key: &str| {
        let found = settings.as_array().unwrap().iter().find(|setting| setting["key"] == key);
        found.unwrap_or_else(|| panic!("no {key}"))["value"].clone()
    };
    assert!(!format!("{settings} {}", ran.stderr).contains("hunter"), "{settings} {}", ran.stderr);
    (value("database_url"), value("database_protection"), ran.stderr)
}

#[test]
fn the_configuration_tells_how_the_database_is_reached() {
    let warns = |stderr: &str| stderr.starts_with("warning: ") && stderr.contains("sslmode=verify-full");
    let (url, protection, stderr) = database_told(
        "postgres://keep:hunter2@db.example.org/keep?ssl%70assword=hunter3&sslmode=require",
        &[],
    );
    let masked = "postgres://keep:********@db.example.org/keep?ssl%70assword=********&sslmode=require";
    assert_eq!((url, protection), (json!(masked), json!("encrypted, not verified")));
    assert!(warns(&stderr), "{stderr}");
    let (url, protection, stderr) = database_told(
        "host=db.example.org user=keep password='hunter2 hunter3' sslpassword=hunter4",
        &[("PGSSLMODE", "verify-full")],
    );
    let masked = "host=db.example.org user=keep password=******** sslpassword=********";
    assert_eq!((url, protection, stderr.as_str()), (json!(masked), json!("verified"), ""));
    let (_, protection, stderr) = database_told("postgres://keep:hunter2@127.0.0.1/keep", &[]);
    assert_eq!((protection, stderr.as_str()), (json!("encrypted if the server can, not verified"), ""));
}

#[test]
fn the_configuration_names_origins_and_hides_secrets() {
    let secret = "a secret of the environment, long enough";
    let program = Program::new(Some("postgres://keep:hunter2@db.example.org/keep".to_owned()))
        .with("THREADKEEP_SECRET", secret)
        .with("THREADKEEP_LOG_LEVEL", "");
    let file = program.folder().join("threadkeep.toml");
    std::fs::write(&file, "max_connections = 7\nlog_level = \"warn\"\n").unwrap();
    let arguments = ["config", "--public-url", "https://keep.example.org"];
    let settings = program.run(&[&arguments[..], &["--json"]].concat()).json();
    let setting = |key: &str| {
        let found = settings.as_array().unwrap().iter().find(|setting| setting["key"] == key);
        let found = found.unwrap_or_else(|| panic!("no {key}"));
        (found["value"].clone(), found["origin"].as_str().unwrap().to_owned())
    };
    assert_eq!(setting("public_url"), (json!("https://keep.example.org"), "command line".to_owned()));
    assert_eq!(setting("listen"), (json!("127.0.0.1:0"), "environment".to_owned()));
    assert_eq!(setting("secret"), (json!("********"), "environment".to_owned()));
    let masked = json!("postgres://keep:********@db.example.org/keep");
    assert_eq!(setting("database_url"), (masked, "environment".to_owned()));
    assert_eq!(setting("log_format"), (json!("text"), "default".to_owned()));
    assert_eq!(setting("project_url_template"), (Value::Null, "not set".to_owned()));
    for (key, value) in [("max_connections", "7"), ("log_level", "warn")] {
        let (found, origin) = setting(key);
        assert_eq!(found, value);
        assert!(origin.starts_with("file ") && origin.ends_with("threadkeep.toml"), "{origin}");
    }
    let text = program.run(&arguments).text().to_owned() + &settings.to_string();
    assert!(!text.contains("hunter2") && !text.contains(secret));
    assert!(text.contains("command line") && text.contains("environment"));
    // Telling what is in force makes nothing.
    assert!(!program.data_dir().exists());
}
