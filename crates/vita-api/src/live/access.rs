use axum::extract::{FromRequestParts, Query};
use http::Uri;
use http::request::Parts;
use serde::Deserialize;
use utoipa::IntoParams;
use vita_app::{App, Caller};

use super::slots::LiveSlot;
use crate::extract::bearer_token;
use crate::problem::ApiError;
use crate::state::ApiState;

/// The credential of a live connection, where a header cannot be sent.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the query, of which the extractor reads the token alone"
)]
pub(crate) struct LiveQuery {
    /// The access token, where the header `Authorization` cannot be sent. It reaches no log.
    token: Option<String>,
}

/// Who is at the other end of a live connection, and its place among all of them.
pub(crate) struct LiveAccess {
    pub(crate) credential: Credential,
    pub(crate) slot: LiveSlot,
}

/// A verified token that is looked at again from time to time, as the connection outlives it.
pub(crate) struct Credential {
    pub(crate) caller: Caller,
    token: String,
}

#[derive(Deserialize)]
struct Given {
    token: Option<String>,
}

impl FromRequestParts<ApiState> for LiveAccess {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let given = token_in_address(&parts.uri);
        let token = match &given {
            Some(token) => token.as_str(),
            None => bearer_token(&parts.headers)?,
        };
        let credential = Credential::verify(&state.app, token)?;
        let slot = state.live_slots.take(&credential.caller.user)?;
        Ok(Self { credential, slot })
    }
}

/// The token in the query, where there is one.
fn token_in_address(uri: &Uri) -> Option<String> {
    let query = Query::<Given>::try_from_uri(uri);
    query.ok().and_then(|Query(given)| given.token)
}

/// Who a request without a header for it says it comes from, if that is true.
pub(crate) fn recognise_by_address(uri: &Uri, state: &ApiState) -> Option<Caller> {
    let token = token_in_address(uri)?;
    state.app.verify_access(&token).ok()
}

impl Credential {
    pub(super) fn verify(app: &App, token: &str) -> Result<Self, ApiError> {
        Ok(Self {
            caller: app.verify_access(token)?,
            token: token.to_owned(),
        })
    }

    /// Whether the token is still believed.
    pub(super) fn is_valid(&self, app: &App) -> bool {
        app.verify_access(&self.token).is_ok()
    }
}
