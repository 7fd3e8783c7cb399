//! Templates: projects to begin with. They are data of the program, not of an account.

use vita_model::{DurationSeconds, Prompt};

use crate::App;

/// A project to begin with.
#[derive(Debug, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// The scenes of a project that is begun with it.
    pub scenes: &'static [TemplateScene],
}

/// A scene of a template.
#[derive(Debug, PartialEq, Eq)]
pub struct TemplateScene {
    /// What it shows.
    pub prompt: &'static str,
    /// How long it is.
    pub duration_seconds: i64,
}

impl TemplateScene {
    pub(crate) fn prompt(&self) -> Prompt {
        Prompt::from_trusted(self.prompt.to_owned())
    }

    pub(crate) fn duration(&self) -> DurationSeconds {
        DurationSeconds::new(self.duration_seconds).unwrap_or(DurationSeconds::MIN)
    }
}

const fn scene(prompt: &'static str, duration_seconds: i64) -> TemplateScene {
    TemplateScene {
        prompt,
        duration_seconds,
    }
}

/// The templates. Every prompt reads well for any model, and the built-in renderer knows its words.
const TEMPLATES: &[Template] = &[
    Template {
        id: "a-day-in-the-mountains",
        title: "A day in the mountains",
        description: "Four scenes from first light to the stars.",
        scenes: &[
            scene("Misty mountain valley before dawn, slow pan, calm", 5),
            scene("A serene mountain landscape at golden hour, aerial", 5),
            scene(
                "Storm clouds and rain over dark mountain ridges, dramatic",
                4,
            ),
            scene(
                "Night sky full of stars above snowy peaks, slow zoom out",
                5,
            ),
        ],
    },
    Template {
        id: "city-at-night",
        title: "City at night",
        description: "An establishing shot, a push in, and an ending.",
        scenes: &[
            scene(
                "City skyline at blue hour, windows lighting up, slow pan",
                4,
            ),
            scene("Fly through a city at night, lit windows, light rain", 4),
            scene("City skyline at dawn in fog, static camera", 4),
        ],
    },
    Template {
        id: "by-the-sea",
        title: "By the sea",
        description: "Three quiet scenes of water.",
        scenes: &[
            scene(
                "Calm sea at sunset with the sun reflected, static camera",
                5,
            ),
            scene("A lake among hills in morning fog, slow zoom in", 5),
            scene("The sea at night under the moon, slow pan", 5),
        ],
    },
];

pub(crate) fn find_template(id: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.id == id)
}

impl App {
    /// All templates.
    pub fn list_templates(&self) -> &'static [Template] {
        TEMPLATES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scene_of_a_template_is_one_that_a_user_could_make() {
        for template in TEMPLATES {
            assert_eq!(find_template(template.id), Some(template));
            for scene in template.scenes {
                assert_eq!(Prompt::parse(scene.prompt).unwrap(), scene.prompt());
                assert!(DurationSeconds::new(scene.duration_seconds).is_some());
            }
        }
    }
}
