use std::any::Any;

use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::ApiError;

type Answer = fn(Box<dyn Any + Send>) -> Response;

/// Turns a panic into a failure of that request alone.
pub(crate) fn catch_panics() -> CatchPanicLayer<Answer> {
    CatchPanicLayer::custom(answer_panic as Answer)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the panic over"
)]
fn answer_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    let cause = format!("panicked: {}", text.unwrap_or("without words"));
    ApiError::internal(cause).into_response()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::Body;
    use http::{Request, StatusCode};
    use tower::{Layer as _, ServiceExt as _, service_fn};

    use super::*;
    use crate::problem::render_failure;

    #[tokio::test]
    async fn a_panic_is_a_failure_of_its_request_that_tells_nothing() {
        async fn fall(_: Request<Body>) -> Result<Response, Infallible> {
            panic!("the secret is {}", 42);
        }
        let service = catch_panics().layer(service_fn(fall));
        let answer = service.oneshot(Request::new(Body::empty())).await.unwrap();
        let answer = render_failure(answer.map(Body::new), "id-1");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(answer.into_body(), 4_096)
            .await
            .unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "INTERNAL");
        assert!(!problem.to_string().contains("secret"), "{problem}");
    }
}
