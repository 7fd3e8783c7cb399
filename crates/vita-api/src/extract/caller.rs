use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use vita_app::{Caller, Verified};
use vita_model::{Role, Scope};

use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// Somebody with a valid credential that may be used for this method.
pub(crate) struct Authenticated(pub(crate) Caller);

/// Somebody who may own projects.
pub(crate) struct Creator(pub(crate) Caller);

/// Somebody who runs the installation. For everybody else the address is not there.
pub(crate) struct Admin(pub(crate) Caller);

/// Somebody who signed in themselves: for what a program with a key must not do, such as making
/// keys.
pub(crate) struct Interactive(pub(crate) Caller);

/// Somebody who may look, whatever the method, and what their credential is.
pub(crate) struct Reader(pub(crate) Verified);

/// Who a request was found to come from, kept with it so that its credential is verified once.
#[derive(Clone)]
struct Recognised(Result<Verified, ApiError>);

/// Verifies the credential in the header `Authorization`, where there is one, and keeps the outcome
/// for the extractors. Nothing for a request without a valid one.
pub(crate) async fn recognise(parts: &mut Parts, state: &ApiState) -> Option<Caller> {
    if !parts.headers.contains_key(header::AUTHORIZATION) {
        return None;
    }
    let found = verify(parts, state).await;
    keep_recognised(parts, found)
}

/// Keeps for the extractors whom a request was found to come from.
pub(crate) fn keep_recognised(
    parts: &mut Parts,
    found: Result<Verified, ApiError>,
) -> Option<Caller> {
    let caller = found.as_ref().ok().map(|verified| verified.caller.clone());
    parts.extensions.insert(Recognised(found));
    caller
}

/// Whom a request was found to come from, if that was looked at.
pub(crate) fn recognised(parts: &Parts) -> Option<Result<Verified, ApiError>> {
    let kept = parts.extensions.get::<Recognised>();
    kept.map(|Recognised(found)| found.clone())
}

/// Whose credential stands in the header, whatever it may be used for.
pub(crate) async fn verify(parts: &Parts, state: &ApiState) -> Result<Verified, ApiError> {
    if let Some(found) = recognised(parts) {
        return found;
    }
    let credential = bearer_token(&parts.headers)?;
    Ok(state.app.authenticate(credential).await?)
}

/// Refuses a key that may not be used for this.
pub(crate) fn require_scope(caller: &Caller, scope: Scope) -> Result<(), ApiError> {
    if caller.has_scope(scope) {
        return Ok(());
    }
    let code = match scope {
        Scope::Read => ErrorCode::ReadScopeMissing,
        Scope::Write => ErrorCode::WriteScopeMissing,
        Scope::Admin => ErrorCode::AdminScopeMissing,
    };
    let detail = format!("this API key does not have the scope `{}`", scope.as_str());
    Err(ApiError::new(code, detail))
}

/// What a method needs.
fn scope_of(method: &Method) -> Scope {
    if method.is_safe() {
        Scope::Read
    } else {
        Scope::Write
    }
}

impl FromRequestParts<ApiState> for Authenticated {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let Verified { caller, .. } = verify(parts, state).await?;
        require_scope(&caller, scope_of(&parts.method))?;
        Ok(Self(caller))
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
        let Verified { caller, .. } = verify(parts, state).await?;
        if caller.role != Role::Admin {
            return Err(ApiError::not_found("address"));
        }
        require_scope(&caller, Scope::Admin)?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<ApiState> for Interactive {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let Verified { caller, .. } = verify(parts, state).await?;
        if caller.login.is_some() {
            return Ok(Self(caller));
        }
        let detail = "an API key is not enough for this; sign in with the password";
        Err(ApiError::new(ErrorCode::LoginRequired, detail))
    }
}

impl FromRequestParts<ApiState> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let verified = verify(parts, state).await?;
        require_scope(&verified.caller, Scope::Read)?;
        Ok(Self(verified))
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

impl From<Interactive> for Caller {
    fn from(Interactive(caller): Interactive) -> Self {
        caller
    }
}

/// The credential in the header `Authorization` (RFC 6750 §2.1).
pub(crate) fn bearer_token(headers: &HeaderMap) -> Result<&str, ApiError> {
    let missing = || {
        let detail = "send `Authorization: Bearer` with an API key, or with a token from \
             `POST /api/auth/login`";
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
