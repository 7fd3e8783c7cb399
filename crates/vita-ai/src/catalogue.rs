use std::fmt;
use std::sync::Arc;

use crate::{ModelCard, VideoModel};

/// Longest name of a model that a request may carry, in characters; no provider's is half of it.
pub const MODEL_NAME_CHARS_MAX: usize = 100;

/// What happens to a request for a model that is not installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// It gets the installation's default: for demos and tests, where scripts name the models of
    /// other installations.
    Allowed,
    /// It fails: nobody pays for something else than they ordered.
    Refused,
}

/// The models of this installation.
#[derive(Clone)]
pub struct Catalogue {
    models: Vec<Arc<dyn VideoModel>>,
    default: Arc<dyn VideoModel>,
}

/// The models do not make a catalogue: a fault in how the installation is put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Two models have one name.
    #[error("the model `{id}` is installed twice")]
    Duplicate {
        /// The name.
        id: String,
    },
    /// The default is not one of them.
    #[error("the default model `{id}` is not installed; installed are {installed}")]
    NoDefault {
        /// The name of the default.
        id: String,
        /// The names that would do.
        installed: String,
    },
}

/// A request names a model that is not installed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the model `{requested}` is not installed")]
pub struct UnknownModel {
    /// The name, cut to [`MODEL_NAME_CHARS_MAX`].
    pub requested: String,
}

/// The model that makes a clip.
#[derive(Clone)]
pub struct Resolved {
    /// The model.
    pub model: Arc<dyn VideoModel>,
    /// The name that was asked for, when it was another; cut to [`MODEL_NAME_CHARS_MAX`].
    pub requested: Option<String>,
}

impl Catalogue {
    /// The catalogue of `models`, in the order in which people see them.
    ///
    /// # Errors
    /// [`CatalogueError`] when a name comes twice, or `default` is none of them.
    pub fn new(models: Vec<Arc<dyn VideoModel>>, default: &str) -> Result<Self, CatalogueError> {
        for (place, model) in models.iter().enumerate() {
            let id = &model.card().id;
            if models[..place].iter().any(|other| other.card().id == *id) {
                return Err(CatalogueError::Duplicate { id: id.clone() });
            }
        }
        let Some(default) = find(&models, default).cloned() else {
            let installed: Vec<_> = models
                .iter()
                .map(|model| format!("`{}`", model.card().id))
                .collect();
            return Err(CatalogueError::NoDefault {
                id: default.to_owned(),
                installed: installed.join(", "),
            });
        };
        Ok(Self { models, default })
    }

    /// The model of a name.
    pub fn find(&self, id: &str) -> Option<&Arc<dyn VideoModel>> {
        find(&self.models, id)
    }

    /// What each model can do.
    pub fn list(&self) -> impl ExactSizeIterator<Item = &ModelCard> {
        self.models.iter().map(|model| model.card())
    }

    /// The model of requests that name none.
    pub const fn default_model(&self) -> &Arc<dyn VideoModel> {
        &self.default
    }

    /// The model for a request that names `requested`, or none.
    ///
    /// # Errors
    /// [`UnknownModel`] when it is not installed and no fallback is allowed.
    pub fn resolve(
        &self,
        requested: Option<&str>,
        fallback: Fallback,
    ) -> Result<Resolved, UnknownModel> {
        let Some(name) = requested else {
            return Ok(Resolved {
                model: Arc::clone(&self.default),
                requested: None,
            });
        };
        if let Some(model) = self.find(name) {
            return Ok(Resolved {
                model: Arc::clone(model),
                requested: None,
            });
        }
        let requested = name.chars().take(MODEL_NAME_CHARS_MAX).collect();
        match fallback {
            Fallback::Allowed => Ok(Resolved {
                model: Arc::clone(&self.default),
                requested: Some(requested),
            }),
            Fallback::Refused => Err(UnknownModel { requested }),
        }
    }
}

fn find<'a>(models: &'a [Arc<dyn VideoModel>], id: &str) -> Option<&'a Arc<dyn VideoModel>> {
    models.iter().find(|model| model.card().id == id)
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.list().map(|card| &card.id);
        f.debug_list().entries(ids).finish()
    }
}

impl fmt::Debug for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolved")
            .field("model", &self.model.card().id)
            .field("requested", &self.requested)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Simulated;

    fn simulated() -> Arc<dyn VideoModel> {
        Arc::new(Simulated::default())
    }

    #[test]
    fn a_model_that_is_not_installed_is_replaced_only_where_that_is_allowed() {
        let catalogue = Catalogue::new(vec![simulated()], "simulated").unwrap();
        let resolve = |name, fallback| catalogue.resolve(name, fallback);
        let none = resolve(None, Fallback::Refused).unwrap();
        assert_eq!(
            (none.model.card().id.as_str(), none.requested),
            ("simulated", None)
        );
        let known = resolve(Some("simulated"), Fallback::Refused).unwrap();
        assert_eq!(known.requested, None);
        let replaced = resolve(Some("kling-v1"), Fallback::Allowed).unwrap();
        assert_eq!(replaced.model.card().id, "simulated");
        assert_eq!(replaced.requested.as_deref(), Some("kling-v1"));
        let refused = resolve(Some(&"é".repeat(500)), Fallback::Refused).unwrap_err();
        assert_eq!(refused.requested.chars().count(), MODEL_NAME_CHARS_MAX);
    }

    #[test]
    fn a_catalogue_has_each_name_once_and_its_default() {
        let twice = Catalogue::new(vec![simulated(), simulated()], "simulated").unwrap_err();
        assert!(matches!(twice, CatalogueError::Duplicate { .. }));
        let missing = Catalogue::new(vec![simulated()], "local").unwrap_err();
        let message = "the default model `local` is not installed; installed are `simulated`";
        assert_eq!(missing.to_string(), message);
    }
}
