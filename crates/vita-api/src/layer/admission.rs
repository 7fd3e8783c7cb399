use std::time::Duration;

use axum::extract::Request;

use crate::guard::{Admission, Shed, Traffic};
use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// When a request that was shed may be sent again: long enough that the queue can empty.
const SHED_RETRY_AFTER: Duration = Duration::from_secs(2);

/// Lets a request in when there is a place for it, or says soon that there is none: before anything
/// of its body or its credential is looked at. The place is free again when the answer's head is
/// made; a socket or a stream holds none while it is open.
pub(super) async fn admit(
    state: &ApiState,
    request: &mut Request,
) -> Result<Option<LeaveOnDrop>, ApiError> {
    if !Traffic::of(request).is_gated() {
        return Ok(None);
    }
    let admission = Admission::enter(&state.gate).await?;
    request.extensions_mut().insert(admission.clone());
    Ok(Some(LeaveOnDrop(admission)))
}

/// Leaves also when the client has gone and nobody waits for the answer any more.
pub(super) struct LeaveOnDrop(Admission);

impl Drop for LeaveOnDrop {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl From<Shed> for ApiError {
    fn from(_: Shed) -> Self {
        let detail =
            "more is asked of the server than it can do; nothing was done, ask again later";
        Self::new(ErrorCode::Overloaded, detail).with_retry_after(SHED_RETRY_AFTER)
    }
}
