use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use vita_app::Caller;
use vita_model::Role;

use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// Somebody with a valid credential.
pub(crate) struct Authenticated(pub(crate) Caller);

/// Somebody who may own projects.
pub(crate) struct Creator(pub(crate) Caller);

/// Somebody who runs the installation. For everybody else the address is not there.
pub(crate) struct Admin(pub(crate) Caller);

/// Who a request was found to come from, kept with it so that its credential is verified once.
#[derive(Clone)]
struct Recognised(Result<Caller, ApiError>);

/// Verifies the credential in the header `Authorization`, where there is one, and keeps the outcome
/// for the extractors. Nothing for a request without a valid one.
pub(crate) async fn recognise(parts: &mut Parts, state: &ApiState) -> Option<Caller> {
    if !parts.headers.contains_key(header::AUTHORIZATION) {
        return None;
    }
    let found = Authenticated::from_request_parts(parts, state).await;
    let found = found.map(|Authenticated(caller)| caller);
    parts.extensions.insert(Recognised(found.clone()));
    found.ok()
}

impl FromRequestParts<ApiState> for Authenticated {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        if let Some(Recognised(found)) = parts.extensions.get() {
            return found.clone().map(Self);
        }
        let token = bearer_token(&parts.headers)?;
        Ok(Self(state.app.verify_access(token)?))
    }
}

impl FromRequestParts<ApiState> for Creator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let Authenticated(caller) = Authenticated::from_request_parts(parts, state).await?;
        if caller.role.may_create() {
            Ok(Self(caller))
        } else {
            let detail = "this needs an account that may make projects";
            Err(ApiError::new(ErrorCode::Forbidden, detail))
        }
    }
}

impl FromRequestParts<ApiState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let Authenticated(caller) = Authenticated::from_request_parts(parts, state).await?;
        if caller.role == Role::Admin {
            Ok(Self(caller))
        } else {
            Err(ApiError::not_found("address"))
        }
    }
}

impl From<Authenticated> for Caller {
    fn from(Authenticated(caller): Authenticated) -> Self {
        caller
    }
}

impl From<Creator> for Caller {
    fn from(Creator(caller): Creator) -> Self {
        caller
    }
}

impl From<Admin> for Caller {
    fn from(Admin(caller): Admin) -> Self {
        caller
    }
}

/// The credential in the header `Authorization` (RFC 6750 §2.1).
pub(crate) fn bearer_token(headers: &HeaderMap) -> Result<&str, ApiError> {
    let missing = || {
        let detail = "send `Authorization: Bearer` with a token from `POST /api/auth/login`";
        ApiError::new(ErrorCode::Unauthenticated, detail)
    };
    let header = headers.get(header::AUTHORIZATION).ok_or_else(missing)?;
    let header = header.to_str().map_err(|_| missing())?;
    let (scheme, token) = header.split_once(' ').ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() {
        Ok(token.trim())
    } else {
        Err(missing())
    }
}
