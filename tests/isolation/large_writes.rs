//! Writes that are large, and say again what is stored.

use engine::Engine;
use futures_util::future::join_all;
use hyper::Method;

use crate::bystander::Bystander;
use crate::{Instance, create_thread, on_both_engines};

on_both_engines!(writes_that_are_nearly_what_is_stored);

async fn writes_that_are_nearly_what_is_stored(engine: Engine) {
    let instance = Instance::start(engine).await;
    let hostile = instance.user("hostile");
    let path = format!("/v1/threads/{}/messages", create_thread(&hostile).await);
    // A mebibyte of members that differ in the last one.
    let members: String = (0..80_000).map(|number| format!(r#""k{number}":1,"#)).collect();
    let body = |last: &str| {
        format!(
            r#"{{"parent_id":null,"external_id":"e","format":"aui/v0","content":{{"role":"user",{members}"z":{last}}}}}"#
        )
    };
    hostile.send(Method::POST, &path, body("1").into()).await.expect(201);
    let bystander = Bystander::new(&instance).await;
    let (one, other) = (body("1.0"), body("1.00"));
    let again = (0..8).map(|n| hostile.send(Method::POST, &path, [&one, &other][n % 2].clone().into()));
    for answer in bystander.beside("writes that are nearly what is stored", join_all(again)).await {
        assert!([200, 503].contains(&answer.status.as_u16()), "{answer:?}");
    }
}
