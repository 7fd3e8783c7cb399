//! The VideoModel trait, the catalogue of models and the models.
