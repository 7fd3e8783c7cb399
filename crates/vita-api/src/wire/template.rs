use serde::Serialize;
use utoipa::ToSchema;
use vita_app::Template;

/// A project to begin with.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TemplateOut {
    id: &'static str,
    title: &'static str,
    description: &'static str,
    scenes: Vec<TemplateSceneOut>,
}

/// A scene of a template.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TemplateSceneOut {
    prompt: &'static str,
    duration_seconds: i64,
}

/// All templates.
#[derive(Serialize, ToSchema)]
pub(crate) struct TemplatesOut {
    templates: Vec<TemplateOut>,
}

impl From<&'static [Template]> for TemplatesOut {
    fn from(templates: &'static [Template]) -> Self {
        let scenes = |template: &'static Template| {
            let scenes = template.scenes.iter().map(|scene| TemplateSceneOut {
                prompt: scene.prompt,
                duration_seconds: scene.duration_seconds,
            });
            scenes.collect()
        };
        let templates = templates.iter().map(|template| TemplateOut {
            id: template.id,
            title: template.title,
            description: template.description,
            scenes: scenes(template),
        });
        Self {
            templates: templates.collect(),
        }
    }
}
