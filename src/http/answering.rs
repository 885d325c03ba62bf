//! A request on its way to an answer, in a task of its own.
//!
//! Its connection goes on listening meanwhile, so that it learns when the caller has gone. Then the task ends at its
//! next step, and a read that it is in the middle of is interrupted.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use engine::{Gone, Party, Patience};
use tokio::task::{JoinError, JoinHandle};
use tower::Service;

use super::server::Peer;

/// How long a read may take for an end user or a backend.
const FOR_APPS: Duration = Duration::from_secs(5);

/// How long a read may take for an operator, who searches whole projects.
const FOR_OPERATORS: Duration = Duration::from_secs(30);

/// The answer to a request.
pub struct Answering {
    task: JoinHandle<Result<Response, Infallible>>,
    gone: Gone,
}

impl Answering {
    /// Has the router answer the request, whose base has been taken off its path.
    pub fn start(mut router: Router, request: Request<Body>) -> Self {
        let gone = Gone::default();
        let is_of_operator = request.uri().path().starts_with("/api/");
        let patience = Patience::new(if is_of_operator { FOR_OPERATORS } else { FOR_APPS }, gone.clone());
        let peer = request.extensions().get::<Peer>().map(|Peer(address)| address.ip());
        let answer = async move {
            // Until it is known who is calling.
            Party::new("address", peer).take_turns();
            router.call(request).await
        };
        Self { task: tokio::spawn(patience.during(answer)), gone }
    }
}

impl Future for Answering {
    type Output = Result<Response, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Ok(answer) = ready!(Pin::new(&mut self.task).poll(cx))?;
        Poll::Ready(Ok(answer))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        // Parts of an answer that has begun are read with the same patience.
        if !self.task.is_finished() {
            self.gone.set();
            self.task.abort();
        }
    }
}
