//! Work that grows with the data: threads that are deleted, users who are erased.

use engine::Engine;
use futures_util::future::join_all;

use crate::bystander::Bystander;
use crate::{Instance, append, create_thread, on_both_engines};

on_both_engines!(long_threads_that_are_deleted, a_user_with_much_who_is_erased);

const THREADS: usize = 6;

const MESSAGES: usize = 700;

async fn fill(instance: &Instance, user: &str) -> Vec<String> {
    let client = instance.user(user);
    let client = &client;
    join_all((0..THREADS).map(|_| async move {
        let thread = create_thread(client).await;
        let mut last = None;
        for _ in 0..MESSAGES {
            last = Some(append(client, &thread, last.as_deref(), "words that are indexed").await);
        }
        thread
    }))
    .await
}

async fn long_threads_that_are_deleted(engine: Engine) {
    let instance = Instance::start(engine).await;
    let threads = fill(&instance, "hostile").await;
    let hostile = instance.user("hostile");
    let bystander = Bystander::new(&instance).await;
    let paths: Vec<String> = threads.iter().map(|thread| format!("/v1/threads/{thread}")).collect();
    let deletions = join_all(paths.iter().map(|path| hostile.delete(path)));
    for answer in bystander.beside("long threads that are deleted", deletions).await {
        assert!([200, 503].contains(&answer.status.as_u16()), "{answer:?}");
    }
}

async fn a_user_with_much_who_is_erased(engine: Engine) {
    let instance = Instance::start(engine).await;
    fill(&instance, "hostile").await;
    let office = instance.user("office");
    let bystander = Bystander::new(&instance).await;
    let erasure = office.delete("/v1/projects/users/hostile");
    let erased = bystander.beside("a user with much who is erased", erasure).await.expect(200);
    assert_eq!(erased["threads"], THREADS);
}
