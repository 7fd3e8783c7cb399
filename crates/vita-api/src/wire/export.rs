use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vita_model::JobId;

use crate::ApiError;

/// Longest cross-fade, in seconds: a third of the longest clip.
const CROSSFADE_SECS_MAX: f64 = 5.0;

/// An export that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExportIn {
    format: ExportFormat,
    /// How long each clip of a film fades into the next; not at all when it is not said.
    #[schema(minimum = 0, maximum = 5)]
    crossfade_seconds: Option<f64>,
}

/// What to make of a project.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ExportFormat {
    /// The chosen clips, in the order of the scenes, as one film.
    Film,
    /// All scenes on one sheet.
    Storyboard,
}

/// An export that was accepted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportOut {
    /// The job that makes it.
    #[schema(value_type = String)]
    job_id: JobId,
}

impl ExportIn {
    pub(crate) fn parse(self) -> Result<vita_app::ExportIn, ApiError> {
        let is_length = |secs: &f64| (0.0..=CROSSFADE_SECS_MAX).contains(secs);
        if !self.crossfade_seconds.as_ref().is_none_or(is_length) {
            let detail = format!("must be 0 to {CROSSFADE_SECS_MAX}");
            return Err(ApiError::invalid_field(
                "/crossfadeSeconds",
                "OUT_OF_RANGE",
                detail,
            ));
        }
        let fade = self.crossfade_seconds.filter(|secs| *secs > 0.0);
        Ok(vita_app::ExportIn {
            format: match self.format {
                ExportFormat::Film => vita_app::ExportFormat::Film,
                ExportFormat::Storyboard => vita_app::ExportFormat::Storyboard,
            },
            crossfade: fade.map(Duration::from_secs_f64),
        })
    }
}

impl From<vita_app::StartedExport> for ExportOut {
    fn from(started: vita_app::StartedExport) -> Self {
        Self {
            job_id: started.job_id,
        }
    }
}
