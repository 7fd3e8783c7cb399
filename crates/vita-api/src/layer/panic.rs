use std::any::Any;

use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::ApiError;

type Answer = fn(Box<dyn Any + Send>) -> Response;

/// Turns a panic into a failure of that request alone.
pub(crate) fn catch_panics() -> CatchPanicLayer<Answer> {
    CatchPanicLayer::custom(answer_panic as Answer)
}

fn answer_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    let cause = format!("panicked: {}", text.unwrap_or("without words"));
    ApiError::internal(cause).into_response()
}
