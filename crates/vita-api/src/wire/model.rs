use serde::Serialize;
use utoipa::ToSchema;
use vita_ai::{Catalogue, ModelCard, ModelKind};
use vita_model::{AspectRatio, Credits, DurationSeconds, Resolution, Timestamp};

use super::word::{ClipAspectRatio, ClipResolution, ClipSource};

/// A model and what it can do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModelOut {
    /// For `model` of a request.
    id: String,
    title: String,
    /// Who runs it.
    provider: String,
    #[schema(value_type = Vec<ClipSource>)]
    kinds: Vec<ModelKind>,
    #[schema(value_type = Vec<ClipResolution>)]
    resolutions: Vec<Resolution>,
    /// Seconds.
    #[schema(value_type = Vec<u32>)]
    durations: Vec<DurationSeconds>,
    #[schema(value_type = Vec<ClipAspectRatio>)]
    aspect_ratios: Vec<AspectRatio>,
    #[schema(value_type = i64)]
    credits_per_second: Credits,
    /// When its provider takes it away, if that is known.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    retires_on: Option<Timestamp>,
}

/// The installed models.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelsOut {
    models: Vec<ModelOut>,
    /// The model of requests that name none.
    default: String,
}

impl From<&ModelCard> for ModelOut {
    fn from(card: &ModelCard) -> Self {
        Self {
            id: card.id.clone(),
            title: card.title.clone(),
            provider: card.provider.clone(),
            kinds: card.kinds.clone(),
            resolutions: card.resolutions.clone(),
            durations: card.durations.clone(),
            aspect_ratios: card.aspect_ratios.clone(),
            credits_per_second: card.credits_per_second,
            retires_on: card.retires_on,
        }
    }
}

impl From<&Catalogue> for ModelsOut {
    fn from(catalogue: &Catalogue) -> Self {
        Self {
            models: catalogue.list().map(ModelOut::from).collect(),
            default: catalogue.default_model().card().id.clone(),
        }
    }
}
