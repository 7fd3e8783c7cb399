use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use vita_blob::BlobPrefix;
use vita_db::Tx;
use vita_jobs::NewJob;
use vita_model::{JobId, ProjectId};
use vita_store::{doomed_blobs, generations, projects, scenes};

use super::job::MAKE_EXPORT;
use crate::command::Command;
use crate::queues::EXPORT;
use crate::{App, AppError, Caller};

/// Most attempts to make an export.
const ATTEMPTS_MAX: u32 = 3;

/// What to make of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// The chosen clips, in the order of the scenes, as one film.
    Film,
    /// All scenes on one sheet.
    Storyboard,
}

/// An export that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct ExportIn {
    /// What to make.
    pub format: ExportFormat,
    /// How long each clip of a film fades into the next; not at all when none is given.
    pub crossfade: Option<Duration>,
}

/// An export that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartedExport {
    /// The job that makes it.
    pub job_id: JobId,
}

/// What the job has to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payload {
    pub(super) project_id: ProjectId,
    pub(super) format: ExportFormat,
    pub(super) crossfade_ms: Option<u64>,
}

impl App {
    /// Has a film or a storyboard made of a project.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] when there is nothing to make it of.
    pub async fn export(
        &self,
        caller: &Caller,
        project: &ProjectId,
        asked: ExportIn,
    ) -> Result<StartedExport, AppError> {
        self.command(caller, (project.clone(), asked), |tx, command| {
            Box::pin(async move {
                let (project, asked) = &command.args;
                check_material(tx, command, asked.format).await?;
                let job_id: JobId = command.new_id();
                let payload = Payload {
                    project_id: project.clone(),
                    format: asked.format,
                    crossfade_ms: asked.crossfade.map(|fade| fade.as_millis() as u64),
                };
                let job = NewJob {
                    queue: EXPORT,
                    kind: MAKE_EXPORT,
                    owner: Some(command.owner().clone()),
                    concurrency_key: project.to_string(),
                    priority: 0,
                    run_at: command.now,
                    payload: json!(payload),
                    attempts_max: ATTEMPTS_MAX,
                };
                vita_jobs::enqueue(tx, &job_id, &job, command.now).await?;
                Ok(StartedExport { job_id })
            })
        })
        .await
    }
}

/// Refuses an export that would have nothing in it.
async fn check_material(
    tx: &mut Tx,
    command: &Command<(ProjectId, ExportIn)>,
    format: ExportFormat,
) -> Result<(), AppError> {
    let (owner, project) = (command.owner(), &command.args.0);
    let found = projects::find_project(tx, owner, project).await?;
    found.ok_or(AppError::NotFound("project"))?;
    let missing = match format {
        ExportFormat::Film => {
            let chosen = generations::list_chosen_generations(tx, owner, project).await?;
            chosen
                .is_empty()
                .then_some("no scene has a chosen clip yet; generate one first")
        }
        ExportFormat::Storyboard => {
            let scenes = scenes::list_all_scenes(tx, owner, project).await?;
            scenes
                .is_empty()
                .then_some("the project has no scenes yet; add one first")
        }
    };
    match missing {
        Some(message) => Err(AppError::Conflict(message.to_owned())),
        None => Ok(()),
    }
}

/// Calls off the exports of a project that is being deleted, and gives up what they made.
pub(crate) async fn give_up_exports<A>(
    tx: &mut Tx,
    command: &Command<A>,
    project: &ProjectId,
) -> Result<(), AppError> {
    let jobs = vita_jobs::list_ids_of_key(tx, EXPORT, project.as_str()).await?;
    if jobs.is_empty() {
        return Ok(());
    }
    vita_jobs::request_cancel_all(tx, &jobs, command.now).await?;
    let prefixes: Vec<String> = jobs
        .iter()
        .map(|id| BlobPrefix::export(id).to_string())
        .collect();
    doomed_blobs::doom_prefixes(tx, &prefixes, command.now).await?;
    Ok(())
}
