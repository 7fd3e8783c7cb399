use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderValue, header};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::answer::version_of_tag;
use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// The version that the caller has read, from `If-Match`; nothing when they did not say, or said
/// `*`.
///
/// A tag is `"<version>-<digest>"`, and only the version counts here. It changes with what its
/// owner edits; the digest changes as well with what lists derive, such as the progress of a clip,
/// and that may change under an editor's hands without making their edit wrong.
pub(crate) struct IfMatch(Result<Option<i64>, ApiError>);

impl IfMatch {
    /// The version. Asked for when it is known who asks: a stranger learns nothing of versions.
    ///
    /// # Errors
    /// 412 when the header names no version that there ever was.
    pub(crate) fn version(self) -> Result<Option<i64>, ApiError> {
        self.0
    }
}

impl FromRequestParts<ApiState> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &ApiState) -> Result<Self, ApiError> {
        let value = parts.headers.get(header::IF_MATCH);
        Ok(Self(value.map_or(Ok(None), read_version)))
    }
}

fn read_version(value: &HeaderValue) -> Result<Option<i64>, ApiError> {
    let value = value.to_str().unwrap_or_default().trim();
    if value == "*" {
        return Ok(None);
    }
    // Of several tags at most one can be of the present version, and no client of an object that
    // it edits has more than one; the first that is ours decides.
    let version = value.split(',').find_map(version_of_tag);
    version.map(Some).ok_or_else(|| {
        let detail = "If-Match names no ETag that this object ever had; read it again";
        ApiError::new(ErrorCode::Stale, detail)
    })
}

impl IntoParams for IfMatch {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The `ETag` that was read: if the owner's fields were changed since, \
             nothing is done and the answer is 412.";
        vec![
            ParameterBuilder::new()
                .name("If-Match")
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .description(Some(description))
                .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
                .build(),
        ]
    }
}
