use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use vita_model::{Id, IdKind};

use crate::problem::ApiError;
use crate::state::ApiState;

/// Longest name in an address, in bytes; ours have a dozen.
const NAME_BYTES_MAX: usize = 64;

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

/// The one name in the address. Whether there is such a thing, the use case knows.
pub(crate) struct ApiName(pub(crate) String);

impl FromRequestParts<ApiState> for ApiName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let name = Path::<String>::from_request_parts(parts, state).await;
        let Path(name) = name.map_err(|_| ApiError::not_found("object"))?;
        let is_sane = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if name.len() <= NAME_BYTES_MAX && name.bytes().all(is_sane) {
            Ok(Self(name))
        } else {
            Err(ApiError::not_found("object"))
        }
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
