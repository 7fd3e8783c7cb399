use crate::ApiError;
use crate::answer::NoContent;
use crate::extract::ApiJson;
use crate::wire::vital::VitalsIn;

/// Takes what a browser measured of one visit to a page. Anybody may tell, as the page for signing in
/// is measured, too; it is counted into the installation's metrics and kept nowhere else.
#[utoipa::path(
    post,
    path = "/api/vitals",
    tag = "service",
    request_body = VitalsIn,
    responses((status = 204))
)]
pub(crate) async fn record_vitals(
    ApiJson(vitals): ApiJson<VitalsIn>,
) -> Result<NoContent, ApiError> {
    vitals.parse()?.record();
    Ok(NoContent)
}
