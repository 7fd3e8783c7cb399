use serde::Serialize;
use vita_blob::BlobKey;
use vita_db::Announcement;
use vita_model::{GenerationFailure, GenerationId, GenerationStatus, Progress, Stage, Timestamp};
use vita_store::generations::Generation;

use crate::App;
use crate::app::Inner;

/// What a client that waits for a clip wants to know; also the body of what is announced when it
/// changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerationStatusView {
    /// The generation.
    pub id: GenerationId,
    /// Its state.
    pub status: GenerationStatus,
    /// How much is done, in percent.
    pub progress: Progress,
    /// What is being done.
    pub stage: Option<Stage>,
    /// Where the poster is, for a while.
    pub thumbnail_url: Option<String>,
    /// Where the clip is, for a while.
    pub video_url: Option<String>,
    /// Why it failed.
    pub error: Option<GenerationFailure>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl App {
    /// The status of a generation, with addresses that work now.
    pub fn view_status(&self, generation: &Generation) -> GenerationStatusView {
        view_status(&self.0, generation)
    }

    /// Where the poster of a generation is, for a while; for one that has a clip.
    pub fn poster_url(&self, id: &GenerationId) -> String {
        self.0.media_url(&BlobKey::generation_poster(id))
    }
}

pub(super) fn view_status(app: &Inner, generation: &Generation) -> GenerationStatusView {
    let id = &generation.id;
    let url = |key: BlobKey| generation.has_clip.then(|| app.media_url(&key));
    GenerationStatusView {
        id: id.clone(),
        status: generation.status,
        progress: generation.progress,
        stage: generation.stage,
        thumbnail_url: url(BlobKey::generation_poster(id)),
        video_url: url(BlobKey::generation_clip(id)),
        error: generation.failure.clone(),
        updated_at: generation.updated_at,
    }
}

/// The topic on which a generation's changes are announced.
fn generation_topic(id: &GenerationId) -> String {
    format!("generation:{id}")
}

pub(super) fn announcement(app: &Inner, generation: &Generation) -> Announcement {
    Announcement {
        topic: generation_topic(&generation.id),
        body: serde_json::to_string(&view_status(app, generation))
            .expect("text and numbers can be written as JSON"),
    }
}
