//! What happens to a generation, each within the transaction that makes it happen: the row, the
//! credits, the read model, the notification and the announcement change together or not at all.

use std::time::Duration;

use vita_blob::BlobPrefix;
use vita_db::{DbError, Tx};
use vita_model::{
    GenerationFailure, GenerationId, GenerationStatus, IllegalTransition, Progress, Stage,
    Timestamp,
};
use vita_store::credits::{self, Posting};
use vita_store::generations::{self, Generation};
use vita_store::{doomed_blobs, read_model, scenes};

use super::status::announcement;
use crate::app::Inner;
use crate::housekeeping::enqueue_blob_removal;
use crate::notifications::{News, notify};

/// Characters of a prompt that a notification repeats.
const PROMPT_CHARS_SHOWN: usize = 60;

/// The transaction and what every change in it needs.
pub(super) struct Change<'a> {
    pub(super) tx: &'a mut Tx,
    pub(super) app: &'a Inner,
    pub(super) now: Timestamp,
}

/// Why a change did not happen.
#[derive(Debug, thiserror::Error)]
pub(super) enum ChangeError {
    /// The generation's state does not allow it.
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    /// The database did not do it.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Change<'_> {
    /// A worker makes it now.
    pub(super) async fn begin(&mut self, mut generation: Generation) -> Result<(), ChangeError> {
        self.enter(&mut generation, GenerationStatus::Processing)?;
        generation.progress = Progress::ZERO;
        generation.stage = Some(Stage::AnalyzingPrompt);
        generation.started_at = generation.started_at.or(Some(self.now));
        self.write(&generation).await?;
        Ok(read_model::touch_project(self.tx, &generation.project_id, self.now).await?)
    }

    /// More of it is done.
    pub(super) async fn advance(
        &mut self,
        mut generation: Generation,
        stage: Option<Stage>,
        progress: Progress,
    ) -> Result<(), ChangeError> {
        self.enter(&mut generation, GenerationStatus::Processing)?;
        generation.progress = generation.progress.max(progress);
        generation.stage = stage.or(generation.stage);
        Ok(self.write(&generation).await?)
    }

    /// It waits again: its worker was lost, or another attempt is due.
    pub(super) async fn requeue(&mut self, mut generation: Generation) -> Result<(), ChangeError> {
        self.enter(&mut generation, GenerationStatus::Queued)?;
        generation.progress = Progress::ZERO;
        generation.stage = None;
        Ok(self.write(&generation).await?)
    }

    /// Its clip is there.
    pub(super) async fn complete(&mut self, mut generation: Generation) -> Result<(), ChangeError> {
        self.enter(&mut generation, GenerationStatus::Completed)?;
        generation.progress = Progress::DONE;
        generation.stage = None;
        generation.has_clip = true;
        generation.ended_at = Some(self.now);
        let entry = self.app.new_id(self.now);
        let posting = Posting {
            owner: &generation.owner_id,
            entry: &entry,
            at: self.now,
        };
        credits::settle(self.tx, posting, &generation.id, generation.cost).await?;
        self.write(&generation).await?;
        scenes::select_first_generation(self.tx, &generation.scene_id, &generation.id).await?;
        read_model::refresh_scene_cost(self.tx, &generation.scene_id).await?;
        read_model::refresh_project(self.tx, &generation.project_id, self.now).await?;
        let title = format!(
            "Your clip is ready: {}",
            shorten(generation.prompt.as_str())
        );
        self.tell(&generation, "generation_completed", title, String::new())
            .await
    }

    /// It will not be made; its credits come back and what was made of it goes.
    pub(super) async fn fail(
        &mut self,
        mut generation: Generation,
        failure: GenerationFailure,
    ) -> Result<(), ChangeError> {
        self.enter(&mut generation, GenerationStatus::Failed)?;
        let title = format!("A clip failed: {}", shorten(generation.prompt.as_str()));
        let body = format!("{} Its credits came back.", failure.message);
        generation.failure = Some(failure);
        self.give_up(&mut generation).await?;
        self.doom_files(&generation).await?;
        self.tell(&generation, "generation_failed", title, body)
            .await
    }

    /// Its owner does not want it any more; its credits come back.
    pub(super) async fn cancel(
        &mut self,
        mut generation: Generation,
    ) -> Result<Generation, ChangeError> {
        self.enter(&mut generation, GenerationStatus::Cancelled)?;
        self.give_up(&mut generation).await?;
        Ok(generation)
    }

    /// What was made of it goes.
    pub(super) async fn doom_files(&mut self, generation: &Generation) -> Result<(), ChangeError> {
        Ok(self.doom_files_of(&generation.id).await?)
    }

    /// The same for a generation that is gone itself.
    pub(super) async fn doom_files_of(&mut self, id: &GenerationId) -> Result<(), DbError> {
        let prefix = BlobPrefix::generation(id).to_string();
        doomed_blobs::doom_prefixes(self.tx, &[prefix], self.now).await?;
        enqueue_blob_removal(self.tx, self.app, self.now).await
    }

    async fn give_up(&mut self, generation: &mut Generation) -> Result<(), ChangeError> {
        generation.stage = None;
        generation.ended_at = Some(self.now);
        let entry = self.app.new_id(self.now);
        let posting = Posting {
            owner: &generation.owner_id,
            entry: &entry,
            at: self.now,
        };
        credits::refund(self.tx, posting, &generation.id, generation.cost).await?;
        self.write(generation).await?;
        Ok(read_model::touch_project(self.tx, &generation.project_id, self.now).await?)
    }

    fn enter(
        &self,
        generation: &mut Generation,
        next: GenerationStatus,
    ) -> Result<(), IllegalTransition> {
        generation.status = generation.status.transition(next)?;
        // Watchers tell old news from new by this moment, so it never stands still.
        let after_last = generation.updated_at.plus(Duration::from_micros(1));
        generation.updated_at = self.now.max(after_last);
        Ok(())
    }

    async fn write(&mut self, generation: &Generation) -> Result<(), DbError> {
        read_model::hold_scene(self.tx, &generation.scene_id).await?;
        generations::update_generation(self.tx, generation).await?;
        read_model::refresh_latest(self.tx, &generation.scene_id).await?;
        self.tx.announce(announcement(self.app, generation));
        Ok(())
    }

    async fn tell(
        &mut self,
        generation: &Generation,
        kind: &'static str,
        title: String,
        body: String,
    ) -> Result<(), ChangeError> {
        let link = format!(
            "/projects/{}?scene={}",
            generation.project_id, generation.scene_id
        );
        let news = News {
            kind,
            title,
            body,
            link,
        };
        Ok(notify(self.tx, self.app, &generation.owner_id, news, self.now).await?)
    }
}

fn shorten(prompt: &str) -> String {
    let line = prompt.lines().next().unwrap_or_default();
    if line.chars().count() <= PROMPT_CHARS_SHOWN {
        return line.to_owned();
    }
    let kept: String = line.chars().take(PROMPT_CHARS_SHOWN).collect();
    format!("{}…", kept.trim_end())
}
