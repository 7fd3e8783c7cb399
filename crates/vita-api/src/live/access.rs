use axum::extract::{FromRequestParts, MatchedPath, Query};
use http::header;
use http::request::Parts;
use serde::Deserialize;
use utoipa::IntoParams;
use vita_app::{Caller, Verified};
use vita_model::Scope;

use super::slots::LiveSlot;
use crate::extract::{keep_recognised, recognised, require_scope, verify};
use crate::problem::ApiError;
use crate::state::ApiState;

/// The credential of a live connection, where the header `Authorization` cannot be sent. It reaches
/// no log.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LiveQuery {
    /// An access token or an API key.
    token: Option<String>,
    /// A ticket of `POST /api/tickets`, which works once.
    ticket: Option<String>,
}

/// Who is at the other end of a live connection, and its place among all of them. The connection
/// outlives its credential, so that it is looked at again from time to time.
pub(crate) struct LiveAccess {
    pub(crate) verified: Verified,
    pub(crate) slot: LiveSlot,
}

impl FromRequestParts<ApiState> for LiveAccess {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let verified = match recognised(parts) {
            Some(found) => found?,
            None => match verify_address(parts, state).await {
                Some(found) => found?,
                None => verify(parts, state).await?,
            },
        };
        require_scope(&verified.caller, Scope::Read)?;
        let slot = state.live_slots.take(&verified.caller.user)?;
        Ok(Self { verified, slot })
    }
}

/// Who a live connection without a header for it says it comes from, if that is true; kept for
/// [`LiveAccess`], as a ticket works once.
pub(crate) async fn recognise_by_address(parts: &mut Parts, state: &ApiState) -> Option<Caller> {
    let route = parts.extensions.get::<MatchedPath>()?.as_str();
    if route != "/ws" && !route.ends_with("/events") {
        return None;
    }
    let found = verify_address(parts, state).await?;
    keep_recognised(parts, found)
}

/// Whose credential stands in the address; nothing when there is one in the header, or none.
async fn verify_address(parts: &Parts, state: &ApiState) -> Option<Result<Verified, ApiError>> {
    if parts.headers.contains_key(header::AUTHORIZATION) {
        return None;
    }
    let Query(query) = Query::<LiveQuery>::try_from_uri(&parts.uri).ok()?;
    let found = match query {
        LiveQuery {
            token: Some(token), ..
        } => state.app.authenticate(&token).await,
        LiveQuery {
            ticket: Some(ticket),
            ..
        } => Box::pin(state.app.redeem_ticket(&ticket)).await,
        _ => return None,
    };
    Some(found.map_err(ApiError::from))
}
