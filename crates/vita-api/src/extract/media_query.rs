use serde::Deserialize;
use utoipa::IntoParams;

/// The signature of an address, without which the owner's credential is needed.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MediaQuery {
    /// Until when the address works.
    pub(crate) exp: Option<String>,
    /// The signature.
    pub(crate) sig: Option<String>,
}
