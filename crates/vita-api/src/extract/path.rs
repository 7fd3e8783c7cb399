use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use vita_model::{Id, IdKind};

use crate::problem::ApiError;
use crate::state::ApiState;

/// The one id in the address. What cannot be an id names nothing, so it is not found.
pub(crate) struct ApiPath<T>(pub(crate) T);

impl<K: IdKind> FromRequestParts<ApiState> for ApiPath<Id<K>> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let not_found = || ApiError::not_found(noun(K::PREFIX));
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| not_found())?;
        Id::parse(&text).map(Self).map_err(|_| not_found())
    }
}

/// What people call the things with this prefix.
fn noun(prefix: &str) -> &'static str {
    match prefix {
        "prj" => "project",
        "scn" => "scene",
        "gen" => "generation",
        "job" => "job",
        "usr" => "account",
        "lgn" => "login",
        "key" => "API key",
        "img" => "reference image",
        _ => "object",
    }
}
