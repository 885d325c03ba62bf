//! Who a token stands for: user and workspace, from whatever claims the rule says.

use engine::Engine;
use serde_json::{Value, json};
use threadkeep::auth::rules::claims::Template;
use threadkeep::auth::rules::model::{Fallback, Personal, Settings};
use threadkeep::members::model::Role;

use super::{NO_SUB, accept, refuse_all, refuse_each};
use crate::support::chat::threads;
use crate::support::create_thread;
use crate::support::rules::{Trust, rule, with_claims};
use crate::support::tokens::changed;
use crate::{on_both_engines, on_one_engine};

on_both_engines!(
    t124_t125_t126_what_a_provider_calls_a_user_is_taken_as_it_is,
    t129_a_prefix_keeps_two_issuers_apart,
    t139_an_organization_is_left_with_the_next_token,
    no_organization_has_the_name_of_a_users_own_workspace,
    a_rule_from_before_calls_workspaces_as_it_did,
);

on_one_engine!(
    t123_t124_t127_a_subject_is_a_valid_id_of_the_providers_own,
    t128_t130_t136_a_workspace_is_a_valid_id_of_the_providers_own,
    t131_t132_t133_t134_t137_settings_find_what_they_name,
    t135_two_placeholders_never_meet_by_accident,
    a_claim_of_the_wrong_type_is_told_as_what_it_is,
);

const LENGTH: &str = "ID must be 1 to 255 characters";
const CHARACTERS: &str = "ID cannot contain whitespace or control characters";
const RESERVED: &str = "ID is reserved";

fn template(text: &str) -> Option<Template> {
    Some(Template::parse(text).unwrap())
}

async fn t123_t124_t127_a_subject_is_a_valid_id_of_the_providers_own(engine: Engine) {
    let trust = Trust::start(engine).await;
    let with_sub = |sub: &Value| trust.token_with(json!({ "sub": sub }));
    let odd = [json!(null), json!(17), json!(["ann"]), json!({}), json!(true)];
    refuse_all(&trust.app, NO_SUB, odd.map(|sub| (sub.to_string(), with_sub(&sub)))).await;
    let without = trust.key.token(&changed(&trust.claims("ann"), "sub", None));
    refuse_all(&trust.app, NO_SUB, [("missing", without)]).await;
    let (long, emoji) = ("a".repeat(256), format!("{}😀", "a".repeat(254)));
    let table = [
        // Cloudflare's service tokens.
        ("", LENGTH),
        (&long, LENGTH),
        (&emoji, LENGTH),
        ("a b", CHARACTERS),
        (" ann", CHARACTERS),
        ("a\u{a0}b", CHARACTERS),
        ("a\u{2028}b", CHARACTERS),
        ("a\tb", CHARACTERS),
        ("a\0b", CHARACTERS),
        ("a\u{7f}", CHARACTERS),
        ("a\u{85}", CHARACTERS),
        ("a\r\nx: y", CHARACTERS),
        ("__SYSTEM__", RESERVED),
        ("__OTLP__", RESERVED),
        ("usr_deleted", RESERVED),
        ("usr_anon_0", RESERVED),
        ("usr_anon_0abc", RESERVED),
    ];
    let cases = table.map(|(sub, reason)| {
        (format!("{sub:?}"), with_sub(&json!(sub)), 403, format!("JWT sub is not a valid user ID: {reason}"))
    });
    refuse_each(&trust.app, cases).await;
    // Also that of a visitor who is here.
    let visitor = trust.app.anyone().post_empty("/v1/auth/tokens/anonymous").await.expect(200);
    let visitor = crate::support::tokens::claims_of(visitor["access_token"].as_str().unwrap())["sub"].clone();
    let error = format!("JWT sub is not a valid user ID: {RESERVED}");
    refuse_all(&trust.app, &error, [("a live visitor", with_sub(&visitor))]).await;
}

async fn t124_t125_t126_what_a_provider_calls_a_user_is_taken_as_it_is(engine: Engine) {
    let trust = Trust::start(engine).await;
    let (long, emoji) = ("a".repeat(255), format!("{}😀", "a".repeat(253)));
    let subjects = [
        "a",
        &long,
        &emoji,
        "auth0|5f7c8ec7c33c6c004bbafe82",
        "abc@clients",
        "ann@example.com",
        "urn:example:user:1",
        "a/b",
        "a%2Fb",
        "..",
        "'",
        "';--",
        "=cmd()",
        "<script>",
        // Alike to people, different here.
        "é",
        "e\u{301}",
        "Ann",
        "ann",
        "ＡＮＮ",
    ];
    for sub in subjects {
        let client = trust.app.anyone().bearing(&trust.token(sub));
        assert_eq!(accept(&trust.app, &trust.token(sub)).await["sub"], sub);
        let own = create_thread(&client).await;
        let rows = threads(&client, "").await;
        assert_eq!(crate::support::chat::ids(&rows), [own.as_str()], "{sub} sees its own thread alone");
    }
}

async fn t128_t130_t136_a_workspace_is_a_valid_id_of_the_providers_own(engine: Engine) {
    let by_org = |rule: Settings| Settings { workspace: template("org_id"), ..rule };
    let trust = Trust::start_with(engine, by_org).await;
    let pair = Settings {
        workspace: template("{org_id}:{sub}"),
        ..rule("https://pair.example", &trust.keys.at("/jwks"))
    };
    trust.app.create_rule(&trust.app.project, pair).await;
    let long = "o".repeat(256);
    let raw = |org: &str| {
        let claims = trust.claims("ann").to_string();
        let claims = format!("{}{org}}}", &claims[..claims.len() - 1]);
        trust.key.sign_text("RS256", &trust.key.header().to_string(), &claims)
    };
    let text = |reason: &str| format!("JWT org_id is not a valid workspace ID: {reason}");
    let mut cases = vec![("missing".to_owned(), raw(""), 403, text(LENGTH))];
    for org in
        ["null", "\"\"", "[]", "[\"a\"]", "[\"a\",\"b\"]", "{\"id\":\"a\"}", "true", "1.5", "1e3", "-0"]
    {
        cases.push((org.to_owned(), raw(&format!(",\"org_id\":{org}")), 403, text(LENGTH)));
    }
    for (org, reason) in [
        (&*long, LENGTH),
        ("a b", CHARACTERS),
        ("a\n", CHARACTERS),
        ("__OTLP__", RESERVED),
        ("__SYSTEM__", RESERVED),
        ("usr_anon_0x", RESERVED),
        ("usr_deleted", RESERVED),
    ] {
        cases.push((format!("{org:?}"), trust.token_with(json!({ "org_id": org })), 403, text(reason)));
    }
    // Together with the user it is too long.
    let both = json!({ "iss": "https://pair.example", "org_id": "o".repeat(252) });
    let error = format!("JWT {{org_id}}:{{sub}} is not a valid workspace ID: {LENGTH}");
    cases.push(("long together".into(), trust.token_with(both), 403, error));
    refuse_each(&trust.app, cases).await;
    for (org, workspace) in
        [(json!("org_1"), "org_1"), (json!(17), "17"), (json!(-5), "-5"), (json!("a:b"), "a:b")]
    {
        assert_eq!(
            accept(&trust.app, &trust.token_with(json!({ "org_id": org }))).await["workspace_id"],
            workspace
        );
    }
}

async fn t129_a_prefix_keeps_two_issuers_apart(engine: Engine) {
    let trust = Trust::start(engine).await;
    let url = trust.keys.at("/jwks");
    let plain = rule("https://two.example", &url);
    let apart = Settings { user_prefix: Some("three:".into()), ..rule("https://three.example", &url) };
    trust.app.create_rules(&trust.app.project, vec![plain, apart]).await;
    let user = async |issuer: &str| {
        let exchanged = accept(&trust.app, &trust.token_with(json!({ "iss": issuer }))).await;
        (exchanged["sub"].clone(), exchanged["workspace_id"].clone())
    };
    assert_eq!(user(crate::support::rules::ISSUER).await, (json!("ann"), json!("ann")));
    assert_eq!(user("https://two.example").await, (json!("ann"), json!("ann")), "one user, as documented");
    assert_eq!(user("https://three.example").await, (json!("three:ann"), json!("three:ann")));
    let refused = [
        ("", LENGTH.to_owned()),
        ("usr_deleted", RESERVED.to_owned()),
        (&"a".repeat(250), LENGTH.to_owned()),
    ]
    .map(|(sub, reason)| {
        let token = trust.token_with(json!({ "iss": "https://three.example", "sub": sub }));
        (sub.to_owned(), token, 403, format!("JWT sub is not a valid user ID: {reason}"))
    });
    refuse_each(&trust.app, refused).await;
}

async fn t131_t132_t133_t134_t137_settings_find_what_they_name(engine: Engine) {
    let found = [
        ("{o.id}", json!({ "o": { "id": "org_1", "slg": "acme" } }), "org_1"),
        ("org_id", json!({ "org_id": "org_1" }), "org_1"),
        (
            "{/https:~1~1stytch.com~1organization/organization_id}",
            json!({ "https://stytch.com/organization": { "organization_id": "org-1" } }),
            "org-1",
        ),
        ("https://example.com/org", json!({ "https://example.com/org": "o1" }), "o1"),
        (
            "urn:zitadel:iam:user:resourceowner:id",
            json!({ "urn:zitadel:iam:user:resourceowner:id": "12" }),
            "12",
        ),
        ("custom:tenant", json!({ "custom:tenant": "t1" }), "t1"),
        ("a.b", json!({ "a.b": "literal", "a": { "b": "nested" } }), "literal"),
        ("{a.b}", json!({ "a.b": "literal", "a": { "b": "nested" } }), "nested"),
        ("{/m~0n/x}", json!({ "m~n": { "x": "tilde" } }), "tilde"),
        ("team-{o.id}", json!({ "o": { "id": 5 } }), "team-5"),
        ("{org_id}:{sub}", json!({ "org_id": "o1" }), "o1:ann"),
    ];
    let missed = [
        ("organization", json!({ "organization": {} })),
        ("organization", json!({ "organization": { "acme": {} } })),
        ("organization", json!({ "organization": { "acme": {}, "other": {} } })),
        ("organization", json!({ "organization": ["acme"] })),
        ("__proto__", json!({})),
        ("constructor", json!({ "constructor": {} })),
        ("{list.0}", json!({ "list": ["x"] })),
        ("{/list/0}", json!({ "list": ["x"] })),
        ("{sub.x}", json!({})),
        ("{o.id.x}", json!({ "o": { "id": "y" } })),
        ("{o.id}", json!({ "org_id": "org_1" })),
        ("a.b", json!({ "a": { "b": "nested" } })),
    ];
    let trust = Trust::start(engine).await;
    let of = |number: usize, workspace: &str| Settings {
        workspace: template(workspace),
        ..rule(&format!("https://{number}.example"), &trust.keys.at("/jwks"))
    };
    let settings = found.iter().map(|row| row.0).chain(missed.iter().map(|row| row.0));
    let rules = settings.enumerate().map(|(number, workspace)| of(number, workspace)).collect();
    trust.app.create_rules(&trust.app.project, rules).await;
    let token = |number: usize, more: &Value| {
        trust.token_with(with_claims(more, json!({ "iss": format!("https://{number}.example") })))
    };
    for (number, (setting, more, workspace)) in found.iter().enumerate() {
        assert_eq!(accept(&trust.app, &token(number, more)).await["workspace_id"], *workspace, "{setting}");
    }
    let refused = missed.iter().enumerate().map(|(number, (setting, more))| {
        let error = format!("JWT {setting} is not a valid workspace ID: {LENGTH}");
        (format!("{setting} of {more}"), token(found.len() + number, more), 403, error)
    });
    refuse_each(&trust.app, refused).await;
}

async fn t135_two_placeholders_never_meet_by_accident(engine: Engine) {
    let pair = |rule: Settings| Settings { workspace: template("{org}:{sub}"), ..rule };
    let trust = Trust::start_with(engine, pair).await;
    let token = |org: &str, sub: &str| trust.token_with(json!({ "org": org, "sub": sub }));
    assert_eq!(accept(&trust.app, &token("a", "b")).await["workspace_id"], "a:b");
    let error = format!("JWT {{org}}:{{sub}} is not a valid workspace ID: {LENGTH}");
    let refused = [("a:b", "c"), ("a", "b:c"), (":", "c"), ("a:", "c")];
    refuse_all(&trust.app, &error, refused.map(|(org, sub)| (format!("{org} {sub}"), token(org, sub)))).await;
}

async fn no_organization_has_the_name_of_a_users_own_workspace(engine: Engine) {
    let by_slug = |rule: Settings| Settings {
        workspace: template("org_slug"),
        workspace_fallback: Fallback::Sub,
        ..rule
    };
    let trust = Trust::start_with(engine, by_slug).await;
    let ann = trust.app.anyone().bearing(&trust.token("ann"));
    let thread = create_thread(&ann).await;
    let bearing = |slug: &str| trust.token_with(json!({ "sub": "eve", "org_slug": slug }));
    let eve = trust.app.anyone().bearing(&bearing("ann"));
    assert_eq!(threads(&eve, "").await, Vec::<Value>::new());
    let error = format!("JWT org_slug is not a valid workspace ID: {RESERVED}");
    refuse_all(&trust.app, &error, [("as a user's own", bearing("personal:ann"))]).await;
    assert_eq!(crate::support::chat::ids(&threads(&ann, "").await), [thread.as_str()]);
}

async fn a_rule_from_before_calls_workspaces_as_it_did(engine: Engine) {
    let from_before = |rule: Settings| Settings {
        workspace: template("org_id"),
        workspace_fallback: Fallback::Sub,
        personal: Personal::AsUser,
        ..rule
    };
    let trust = Trust::start_with(engine, from_before).await;
    assert_eq!(accept(&trust.app, &trust.token("ann")).await["workspace_id"], "ann");
    let operator = trust.app.operator(Role::Member).await;
    let rule = operator.get(&trust.app.path("rules")).await.expect(200)["rules"][0].clone();
    assert_eq!(rule["personal_prefix"], Value::Null);
    assert!(rule["warnings"].to_string().contains("is from before names were kept apart"), "{rule}");
    // A change does not move anybody's threads, however often it is made.
    let mut changed = rule.clone();
    for told in ["id", "has_secret", "personal_prefix", "created_at", "updated_at", "warnings", "key_set"] {
        changed.as_object_mut().unwrap().remove(told);
    }
    for fallback in ["refuse", "sub"] {
        changed["workspace_fallback"] = json!(fallback);
        let path = trust.app.path(&format!("rules/{}", rule["id"].as_str().unwrap()));
        operator.put(&path, &changed).await.expect(200);
    }
    assert_eq!(accept(&trust.app, &trust.token("ann")).await["workspace_id"], "ann");
}

async fn t139_an_organization_is_left_with_the_next_token(engine: Engine) {
    let by_org = |rule: Settings| Settings {
        workspace: template("{o.id}"),
        workspace_fallback: Fallback::Sub,
        ..rule
    };
    let trust = Trust::start_with(engine, by_org).await;
    let member = trust.app.anyone().bearing(&trust.token_with(json!({ "o": { "id": "org_1" } })));
    let thread = create_thread(&member).await;
    let answer = member.get("/v1/threads").await;
    let workspace_token = super::exchanged_token(&answer);
    // Personal now: the new token opens another workspace, the old workspace token ends by itself.
    let personal = trust.app.anyone().bearing(&trust.token("ann"));
    assert_eq!(threads(&personal, "").await, Vec::<Value>::new());
    assert_eq!(accept(&trust.app, &trust.token("ann")).await["workspace_id"], "personal:ann");
    let old = trust.app.anyone().bearing(&workspace_token);
    assert_eq!(crate::support::chat::ids(&threads(&old, "").await), [thread.as_str()]);
    trust.app.advance_secs(300);
    old.get("/v1/threads").await.refused(401, super::EXPIRED);
    // A claim that is there and is no id is refused whatever the fallback.
    let error = format!("JWT {{o.id}} is not a valid workspace ID: {LENGTH}");
    let odd = [json!({ "o": { "id": null } }), json!({ "o": { "id": "" } }), json!({ "o": { "id": ["x"] } })];
    refuse_all(&trust.app, &error, odd.map(|more| (more.to_string(), trust.token_with(more)))).await;
}

async fn a_claim_of_the_wrong_type_is_told_as_what_it_is(engine: Engine) {
    let by_org = |rule: Settings| Settings { workspace: template("org_id"), ..rule };
    let trust = Trust::start_with(engine, by_org).await;
    let good = json!({ "org_id": "acme" });
    accept(&trust.app, &trust.token_with(good.clone())).await;
    for (claims, message) in [
        (
            json!({ "sub": 17 }),
            "The token's `sub`, which the rule takes for the user ID, is a number, not a string",
        ),
        (
            json!({ "sub": null }),
            "The token's `sub`, which the rule takes for the user ID, is null, not a string",
        ),
        (
            json!({ "org_id": ["acme"] }),
            "`org_id` must be a string or an integer, and the token has a list there",
        ),
        (
            json!({ "org_id": true }),
            "`org_id` must be a string or an integer, and the token has a boolean there",
        ),
        (json!({ "iss": 17 }), "The token's iss is a number, not a string"),
        (json!({ "aud": 17 }), "The token's aud is a number, not a string or a list of strings"),
        (
            json!({ "aud": ["app", 17] }),
            "The token's aud is a list with a number in it, not a string or a list of strings",
        ),
        (json!({ "exp": "9999999999" }), "The token's exp is a string, not a number"),
        (json!({ "exp": null }), "The token's exp is null, not a number"),
        (json!({ "nbf": "0" }), "The token's nbf is a string, not a number"),
        (json!({ "iat": {} }), "The token's iat is an object, not a number"),
    ] {
        let token = trust.token_with(with_claims(&good, claims.clone()));
        let answer = trust.app.anyone().bearing(&token).get("/v1/threads").await;
        assert_eq!(answer.expect(403)["message"], message, "{claims}");
    }
    for (header, message) in [
        (json!({ "kid": 17 }), "The kid in the token's header is a number, not a string"),
        (json!({ "typ": ["JWT"] }), "The typ in the token's header is a list, not a string"),
    ] {
        let header = with_claims(&trust.key.header(), header);
        let token = trust.key.sign(&header, &with_claims(&trust.claims("ann"), good.clone()));
        let answer = trust.app.anyone().bearing(&token).get("/v1/threads").await;
        assert_eq!(answer.expect(403)["message"], message);
    }
}
