//! The demo login and the demo project: something to look at before anybody wrote a word.

use anyhow::Context as _;
use vita_app::{AppError, Caller, GenerateIn, LOCAL_MODEL, PageIn, ProjectIn, RegisterIn, SceneIn};
use vita_model::{
    Description, DurationSeconds, Email, GenerationId, GenerationStatus, ProjectId, Prompt,
    Resolution, Role, SceneId, Title,
};
use vita_store::accounts::find_credentials_by_email;
use vita_store::scenes::Scene;

use crate::installation::Installation;

/// What the demo login signs in with. Everybody knows both, so it exists in demo and test mode only.
pub(crate) const EMAIL: &str = "demo@vitascope.local";
/// Its password.
pub(crate) const PASSWORD: &str = "golden-hour-demo";

const TITLE: &str = "Golden hour in the Alps";
const DESCRIPTION: &str = "One day between first light and the first stars, in four shots.";

/// How long each demo clip is.
const CLIP_SECONDS: i64 = 4;

struct DemoScene {
    prompt: &'static str,
    /// Chosen by eye; the same words and seed always give the same frames.
    seed: u32,
}

const SCENES: &[DemoScene] = &[
    DemoScene {
        prompt: "Mountains reflected in a calm alpine lake at sunrise, slow pan",
        seed: 5,
    },
    DemoScene {
        prompt: "A serene mountain landscape at golden hour, aerial fly-through",
        seed: 7,
    },
    DemoScene {
        prompt: "Gentle snow over snowy mountains at dusk, slow pan",
        seed: 12,
    },
    DemoScene {
        prompt: "Starry night over a calm alpine lake, moonlight on the water, mountains, slow zoom out",
        seed: 5,
    },
];

/// A demo scene whose clip is being made.
pub(super) struct PendingClip {
    pub(super) scene: SceneId,
    pub(super) generation: GenerationId,
    pub(super) prompt: Prompt,
}

/// Makes the demo login if it is not there; none where the sign-up is closed and it never was.
pub(super) async fn ensure_account(installation: &Installation) -> anyhow::Result<Option<Caller>> {
    let input = RegisterIn {
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        name: "Demo".to_owned(),
        ..RegisterIn::default()
    };
    match installation.app.register(input).await {
        Ok(_) | Err(AppError::Conflict(_) | AppError::Forbidden) => {}
        Err(error) => return Err(error).context("failed to make the demo login"),
    }
    find_account(installation).await
}

async fn find_account(installation: &Installation) -> anyhow::Result<Option<Caller>> {
    let email = Email::parse(EMAIL).context("the demo login has no valid address")?;
    let found = installation
        .db
        .read(email, |tx, email| {
            Box::pin(find_credentials_by_email(tx, email))
        })
        .await
        .context("failed to look for the demo login")?;
    // Nobody signed in: the command line acts for the account.
    Ok(found.map(|credentials| Caller::acting_for(credentials.user.id, Role::Creator)))
}

/// Makes the demo project and asks for the clips that it lacks; answers those that are not finished.
pub(super) async fn ensure_project(
    installation: &Installation,
    caller: &Caller,
) -> anyhow::Result<Vec<PendingClip>> {
    let project = match find_project(installation, caller).await? {
        Some(project) => project,
        None => add_project(installation, caller).await?,
    };
    let mut pending = Vec::new();
    let overview = installation.app.find_project(caller, &project).await?;
    for scene in overview.scenes {
        let known = SCENES
            .iter()
            .find(|demo| demo.prompt == scene.prompt.as_str());
        // What somebody added or rewrote is theirs.
        let Some(demo) = known else { continue };
        if let Some(clip) = ensure_clip(installation, caller, &scene, demo).await? {
            pending.push(clip);
        }
    }
    Ok(pending)
}

/// Looks among the latest hundred; an older one was left behind, and a new one is made.
async fn find_project(
    installation: &Installation,
    caller: &Caller,
) -> anyhow::Result<Option<ProjectId>> {
    let page = PageIn {
        limit: Some(100),
        cursor: None,
    };
    let projects = installation.app.list_projects(caller, &page).await?.items;
    let found = projects
        .into_iter()
        .find(|overview| overview.project.title.as_str() == TITLE);
    Ok(found.map(|overview| overview.project.id))
}

async fn add_project(installation: &Installation, caller: &Caller) -> anyhow::Result<ProjectId> {
    let new = ProjectIn {
        title: Title::parse(TITLE)?,
        description: Description::parse(DESCRIPTION)?,
        template_id: None,
    };
    let project = installation.app.add_project(caller, new).await?.id;
    for demo in SCENES {
        let scene = SceneIn {
            prompt: Prompt::parse(demo.prompt)?,
            position: None,
            duration: DurationSeconds::new(CLIP_SECONDS),
        };
        installation.app.add_scene(caller, &project, scene).await?;
    }
    Ok(project)
}

async fn ensure_clip(
    installation: &Installation,
    caller: &Caller,
    scene: &Scene,
    demo: &DemoScene,
) -> anyhow::Result<Option<PendingClip>> {
    use GenerationStatus::{Cancelled, Completed, Failed, Processing, Queued};
    let generation = match &scene.latest {
        Some(latest) if latest.status == Completed => return Ok(None),
        Some(latest) if matches!(latest.status, Queued | Processing) => latest.id.clone(),
        latest => {
            debug_assert!(
                latest
                    .as_ref()
                    .is_none_or(|latest| matches!(latest.status, Failed | Cancelled))
            );
            let asked = GenerateIn {
                scene_id: scene.id.clone(),
                prompt: None,
                model: Some(LOCAL_MODEL.to_owned()),
                resolution: Some(Resolution::P720),
                duration: None,
                aspect_ratio: None,
                seed: Some(demo.seed),
                reference_images: Vec::new(),
            };
            let app = &installation.app;
            app.generate(caller, &scene.project_id, asked)
                .await?
                .generation_id
        }
    };
    Ok(Some(PendingClip {
        scene: scene.id.clone(),
        generation,
        prompt: scene.prompt.clone(),
    }))
}
