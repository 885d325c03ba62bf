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
use axum::response::{IntoResponse, Response};
use engine::{Gone, Patience, Turn};
use tokio::task::{JoinError, JoinHandle};
use tower::Service;

use super::budget;
use super::connection::answer::AnswerBody;
use super::connection::watch::OnItsWay;
use super::server::Peer;
use crate::error::Error;

/// How long a read may take for an end user or a backend.
const FOR_APPS: Duration = Duration::from_secs(5);

/// How long a read may take for an operator, who searches whole projects.
const FOR_OPERATORS: Duration = Duration::from_secs(30);

/// The answer to a request.
pub struct Answering {
    outcome: Outcome,
    request: OnItsWay,
}

enum Outcome {
    /// The router's, which is told when nobody waits for it any more.
    Routed { task: JoinHandle<Result<Response, Infallible>>, gone: Gone },
    /// A refusal that needs no router, until it is taken.
    Refused(Option<Error>),
}

impl Answering {
    /// Has the router answer the request, whose base has been taken off its path.
    pub fn start(mut router: Router, request: Request<Body>, on_its_way: OnItsWay) -> Self {
        let gone = Gone::default();
        let is_of_operator = request.uri().path().starts_with("/api/");
        let patience = Patience::new(if is_of_operator { FOR_OPERATORS } else { FOR_APPS }, gone.clone());
        let peer = request.extensions().get::<Peer>().map(|Peer(address)| address.ip());
        let answer = budget::answering(async move {
            // Until it is known who is calling.
            Turn::of("address", peer).take();
            router.call(request).await
        });
        let task = tokio::spawn(patience.during(answer));
        Self { outcome: Outcome::Routed { task, gone }, request: on_its_way }
    }

    /// Answers what is no request.
    pub fn refuse(error: Error, on_its_way: OnItsWay) -> Self {
        Self { outcome: Outcome::Refused(Some(error)), request: on_its_way }
    }
}

impl Future for Answering {
    type Output = Result<Response<AnswerBody>, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = match &mut self.outcome {
            Outcome::Routed { task, .. } => {
                let Ok(answer) = ready!(Pin::new(task).poll(cx))?;
                answer
            }
            // A future that is polled after its end never ends again.
            Outcome::Refused(error) => match error.take() {
                Some(error) => error.into_response(),
                None => return Poll::Pending,
            },
        };
        Poll::Ready(Ok(answer.map(|body| AnswerBody::new(body, self.request.clone()))))
    }
}

impl Drop for Outcome {
    fn drop(&mut self) {
        // Parts of an answer that has begun are read with the same patience.
        if let Self::Routed { task, gone } = self
            && !task.is_finished()
        {
            gone.set();
            task.abort();
        }
    }
}
