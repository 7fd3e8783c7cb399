use serde::{Deserialize, Serialize};
use vita_model::{
    AspectRatio, Description, DurationSeconds, ImageId, ProjectId, Prompt, Resolution, SceneId,
    Title,
};
use vita_store::read_model;
use vita_store::scenes::{self, NewScene, Scene};

use super::generate::{Accepted, GenerateIn, resolve, submit};
use crate::projects::{ProjectIn, add_project, default_duration};
use crate::{App, AppError, Caller};

/// Longest title that is taken from a prompt, in characters: about a line.
const TITLE_CHARS_MAX: usize = 80;

/// A clip that is asked for without a project for it.
#[derive(Clone, Debug)]
pub struct VideoIn {
    /// The title of its project; the beginning of the prompt when none is given.
    pub title: Option<Title>,
    /// What it shows.
    pub prompt: Prompt,
    /// The model; the installation's default when none is given.
    pub model: Option<String>,
    /// Its size; 720p when none is given.
    pub resolution: Option<Resolution>,
    /// Its length; that of a new scene when none is given.
    pub duration: Option<DurationSeconds>,
    /// Its shape; 16:9 when none is given.
    pub aspect_ratio: Option<AspectRatio>,
    /// What the model's randomness starts from; a random number when none is given.
    pub seed: Option<u32>,
    /// Pictures to begin from, in order; for models that take any.
    pub reference_images: Vec<ImageId>,
}

/// A project of one scene, whose clip was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedVideo {
    /// The project.
    pub project_id: ProjectId,
    /// Its scene.
    pub scene_id: SceneId,
    /// The generation.
    pub accepted: Accepted,
}

impl App {
    /// Makes a project of one scene and asks for its clip, all of it or nothing.
    ///
    /// # Errors
    /// As [`App::generate`].
    pub async fn create_video(
        &self,
        caller: &Caller,
        asked: VideoIn,
    ) -> Result<CreatedVideo, AppError> {
        self.command(caller, asked, |tx, command| {
            Box::pin(async move {
                let asked = &command.args;
                let new = ProjectIn {
                    title: asked
                        .title
                        .clone()
                        .unwrap_or_else(|| title_of(&asked.prompt)),
                    description: Description::from_trusted(String::new()),
                    template_id: None,
                };
                let project = add_project(tx, command, &new, None).await?;
                let scene = NewScene {
                    id: command.new_id(),
                    project_id: project.id.clone(),
                    position: 0,
                    prompt: asked.prompt.clone(),
                    duration: asked.duration.unwrap_or_else(default_duration),
                };
                let scene = Scene::new(scene, command.now);
                scenes::add_scene(tx, command.owner(), &scene).await?;
                read_model::refresh_project(tx, &project.id, command.now).await?;
                let clip = GenerateIn {
                    scene_id: scene.id.clone(),
                    prompt: None,
                    model: asked.model.clone(),
                    resolution: asked.resolution,
                    duration: asked.duration,
                    aspect_ratio: asked.aspect_ratio,
                    seed: asked.seed,
                    reference_images: asked.reference_images.clone(),
                };
                let wanted = resolve(command, &clip, &scene)?;
                Ok(CreatedVideo {
                    project_id: project.id,
                    scene_id: scene.id,
                    accepted: submit(tx, command, wanted).await?,
                })
            })
        })
        .await
    }
}

/// The beginning of a prompt, on one line.
fn title_of(prompt: &Prompt) -> Title {
    let words: Vec<&str> = prompt.as_str().split_whitespace().collect();
    let title: String = words.join(" ").chars().take(TITLE_CHARS_MAX).collect();
    Title::parse(&title).unwrap_or_else(|_| Title::from_trusted("Untitled".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_beginning_of_the_prompt_on_one_line() {
        let title = |prompt: &str| {
            title_of(&Prompt::parse(prompt).unwrap())
                .as_str()
                .to_owned()
        };
        assert_eq!(title("a calm sea\n\tat  dusk"), "a calm sea at dusk");
        assert_eq!(title(&"ä".repeat(500)), "ä".repeat(80));
        assert_eq!(title(""), "Untitled");
    }
}
