//! What the owners of an instance see of it.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::members::model::Role;

use crate::on_both_engines;
use crate::support::{TestApp, create_thread, eventually};

on_both_engines!(the_instance_is_shown_to_its_owners, others_do_not_see_it);

async fn the_instance_is_shown_to_its_owners(engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.operator(Role::Owner).await;
    app.create_project().await;
    create_thread(&app.backend("w", "ann").await).await;
    let view = owner.get("/api/instance").await.expect(200);
    assert_eq!(view["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(view["engine"], engine.to_string());
    assert_eq!(view["public_url"], app.url);
    assert!(view["database_size_bytes"].as_u64().unwrap() > 10_000, "{view}");
    assert_eq!(
        (&view["organizations"], &view["projects"], &view["operators"]),
        (&json!(1), &json!(2), &json!(1))
    );
    assert_eq!((&view["waiting_writes"], &view["single_sign_on"]), (&json!(0), &Value::Null));
    assert_eq!(view["started_at"], json!(app.now()));
    let checks = view["checks"].as_array().unwrap();
    let names: Vec<&str> = checks.iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["database_read", "database_write", "disk"]);
    for check in &checks[..2] {
        assert_eq!(check["is_ok"], true, "{view}");
        assert!(check["detail"].as_str().unwrap().ends_with(" ms"), "{view}");
    }
    assert!(checks[2]["detail"].as_str().unwrap().contains("GiB free"), "{view}");
    eventually("all can be found", async || {
        (owner.get("/api/instance").await.expect(200)["waiting_searches"] == 0).then_some(())
    })
    .await;
}

async fn others_do_not_see_it(engine: Engine) {
    let app = TestApp::start(engine).await;
    app.anyone().get("/api/instance").await.refused(401, "Sign in first");
    app.stranger().await.get("/api/instance").await.refused(403, "Not allowed");
    app.operator(Role::Admin).await.get("/api/instance").await.refused(403, "Not allowed");
}
