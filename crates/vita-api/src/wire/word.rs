//! Schemas of words that the model fixes, so that the description lists what the code knows.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use vita_ai::ModelKind;
use vita_jobs::JobState;
use vita_model::{
    AspectRatio, FailureCode, GenerationStatus, ImageFormat, LedgerKind, Resolution, Scope, Stage,
    ThumbnailStatus,
};

fn words(words: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    let object = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
        .build();
    RefOr::T(Schema::Object(object))
}

macro_rules! word_schemas {
    ($($(#[$doc:meta])* $name:ident = $words:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                words($words)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

word_schemas! {
    /// The state of a generation.
    GenerationState = GenerationStatus::ALL.map(GenerationStatus::as_str);
    /// What is being done for a running generation.
    GenerationStage = Stage::ALL.map(Stage::as_str);
    /// Why a generation failed.
    GenerationFailureCode = FailureCode::ALL.map(FailureCode::as_str);
    /// The size of a clip.
    ClipResolution = Resolution::ALL.map(Resolution::as_str);
    /// The shape of a clip.
    ClipAspectRatio = AspectRatio::ALL.map(AspectRatio::as_str);
    /// The state of a job.
    JobStatus = JobState::ALL.map(JobState::as_str);
    /// What a model makes clips from.
    ClipSource = [ModelKind::TextToVideo.as_str(), ModelKind::ImageToVideo.as_str()];
    /// The format of a reference image.
    ReferenceImageFormat = ImageFormat::ALL.map(ImageFormat::as_str);
    /// How far a thumbnail is.
    ThumbnailState = ThumbnailStatus::ALL.map(ThumbnailStatus::as_str);
    /// What a line of the ledger records.
    LedgerEntryKind = [
        LedgerKind::Grant.as_str(),
        LedgerKind::Reserve.as_str(),
        LedgerKind::Settle.as_str(),
        LedgerKind::Refund.as_str(),
    ];
    /// What an API key may be used for.
    KeyScope = Scope::ALL.map(Scope::as_str);
    /// What an account may do.
    UserRole = ["admin", "creator", "student"];
}
