use std::path::PathBuf;

use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use vita_model::{ClipSpec, GenerationId, Prompt, Stage};

use crate::{ModelCard, ModelError};

/// A model that makes clips.
pub trait VideoModel: Send + Sync + 'static {
    /// What it can do and what that costs; the same for as long as the process lives.
    fn card(&self) -> &ModelCard;

    /// Makes one clip, into files of `request.folder`.
    ///
    /// May be called again for the same request, after a failure or after the process was killed.
    /// What must not happen twice, such as ordering from a provider, is recorded as a checkpoint
    /// of `run` first. It looks at `run.cancelled()` at least every second and ends with
    /// [`ModelErrorKind::Cancelled`](crate::ModelErrorKind::Cancelled). The future may be dropped
    /// at any time, with which everything that it started ends.
    ///
    /// # Errors
    /// [`ModelError`], which says whether another try may help.
    fn make<'a>(
        &'a self,
        request: &'a ClipRequest,
        run: &'a dyn ModelRun,
    ) -> BoxFuture<'a, Result<MadeClip, ModelError>>;
}

/// What is to be made. The model's card has been asked whether it can.
#[derive(Clone, Debug)]
pub struct ClipRequest {
    /// For which generation; the same in every attempt, so good as a provider's idempotency key.
    pub generation_id: GenerationId,
    /// What the clip shows.
    pub prompt: Prompt,
    /// Size, shape and length.
    pub spec: ClipSpec,
    /// With the same seed and prompt, a model that can makes the same clip.
    pub seed: u64,
    /// Pictures to begin from, in order: JPEG, PNG or WebP files that were looked at, at most
    /// [`REFERENCE_IMAGES_MAX`](crate::REFERENCE_IMAGES_MAX). None for a model whose card takes
    /// none.
    pub reference_images: Vec<PathBuf>,
    /// An empty private folder for the results and for what is needed on the way.
    pub folder: PathBuf,
}

/// The files that were made, both in the request's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeClip {
    /// The clip: MP4, ready to be streamed.
    pub video: PathBuf,
    /// A picture of it: JPEG.
    pub poster: PathBuf,
}

/// What a model tells and asks while it works. Belongs to one attempt.
pub trait ModelRun: Send + Sync {
    /// How far it is: `fraction`, 0 to 1, of the stage. Cheap, so it may be called for each frame;
    /// the receiver thins it out. Stages come in order and are not gone back to.
    fn report(&self, stage: Stage, fraction: f64);

    /// Is cancelled when nobody wants the clip any more, or the attempt has to stop.
    fn cancelled(&self) -> &CancellationToken;

    /// What an earlier attempt, or this one, recorded under `name`.
    ///
    /// # Errors
    /// [`ModelError`] when it cannot be read, or the attempt is not this worker's any more.
    fn checkpoint<'a>(
        &'a self,
        name: &'static str,
    ) -> BoxFuture<'a, Result<Option<Value>, ModelError>>;

    /// Records `value` under `name` for the attempts after this one. When this returns, it
    /// survives a power cut.
    ///
    /// # Errors
    /// [`ModelError`] when it cannot be kept, or the attempt is not this worker's any more.
    fn save_checkpoint<'a>(
        &'a self,
        name: &'static str,
        value: Value,
    ) -> BoxFuture<'a, Result<(), ModelError>>;
}
