use std::any::Any;
use std::panic::AssertUnwindSafe;

use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;

use crate::ApiError;

/// Turns a panic into a failure of that request alone.
pub(super) async fn catch_panic(answer: impl Future<Output = Response>) -> Response {
    // What it leaves half done is the request's own: it is dropped with it.
    let answered = AssertUnwindSafe(answer).catch_unwind().await;
    answered.unwrap_or_else(|panic| answer_panic(&*panic))
}

fn answer_panic(panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    let cause = format!("panicked: {}", text.unwrap_or("without words"));
    ApiError::internal(cause).into_response()
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::problem::render_failure;

    #[tokio::test]
    async fn a_panic_is_a_failure_of_its_request_that_tells_nothing() {
        let fall = async { panic!("the secret is {}", 42) };
        let answer = render_failure(catch_panic(fall).await, "id-1");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(answer.into_body(), 4_096)
            .await
            .unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "INTERNAL");
        assert!(!problem.to_string().contains("secret"), "{problem}");
    }
}
