use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;
use vita_app::Device;

use super::ClientAddr;
use crate::state::ApiState;

/// Where somebody signs in from.
pub(crate) struct ClientDevice(pub(crate) Device);

impl FromRequestParts<ApiState> for ClientDevice {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        let ClientAddr(address) = ClientAddr::from_request_parts(parts, state).await?;
        let agent = parts.headers.get(header::USER_AGENT);
        let user_agent = agent.and_then(|agent| agent.to_str().ok());
        Ok(Self(Device {
            address,
            user_agent: user_agent.map(str::to_owned),
        }))
    }
}
