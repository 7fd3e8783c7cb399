use serde::Serialize;
use utoipa::ToSchema;
use vita_model::Timestamp;

/// How the service is, in a word and by its parts.
#[derive(Serialize, ToSchema)]
pub(crate) struct ServiceOut {
    /// `busy` while more is asked than can be done, `degraded` while a part does not answer,
    /// `ending` before it is gone.
    pub(crate) status: ServiceState,
    #[schema(example = "0.1.0")]
    pub(crate) version: &'static str,
    pub(crate) services: ServicePartsOut,
    /// The server's clock.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) timestamp: Timestamp,
}

/// How the service is.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ServiceState {
    Ok,
    Busy,
    Degraded,
    Ending,
}

/// The parts of the service.
#[derive(Serialize, ToSchema)]
pub(crate) struct ServicePartsOut {
    pub(crate) database: PartState,
}

/// Whether a part of the service answers.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PartState {
    Ok,
    Unavailable,
}

/// What the service is and what it takes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MetadataOut {
    #[schema(example = "Vitascope")]
    pub(crate) name: &'static str,
    #[schema(example = "0.1.0")]
    pub(crate) version: &'static str,
    /// Where clients reach it.
    #[schema(example = "https://clips.example.com")]
    pub(crate) url: String,
    /// For `model` of a request.
    pub(crate) models: Vec<String>,
    /// The model of requests that name none.
    pub(crate) default_model: String,
    pub(crate) limits: LimitsOut,
}

/// How much may be asked for; null where there is no limit.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LimitsOut {
    /// Of a JSON body.
    pub(crate) json_body_bytes: usize,
    pub(crate) prompt_characters: usize,
    pub(crate) clip_seconds: u32,
    pub(crate) page_size: i64,
    /// Of one account.
    #[schema(required)]
    pub(crate) requests_per_minute: Option<u32>,
    /// Of one address without a valid credential.
    #[schema(required)]
    pub(crate) anonymous_requests_per_minute: Option<u32>,
    /// Of one account.
    #[schema(required)]
    pub(crate) uploads_per_hour: Option<u32>,
}
