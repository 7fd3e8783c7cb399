//! Draws short moving scenes from the words of a prompt, without any model.
//!
//! [`AnimaticPlan::parse`] turns words into parameters; [`Animatic::prepare`] computes a world from
//! them and [`Animatic::draw`] its frames. The ground is a height field that is baked with its light
//! and seen through a real perspective camera; the sky, water and weather are functions of place and
//! time. Where reference images are given, the camera moves over those instead. All of it is a function of the prompt, the seed and the clip's specification: the same
//! three give the same bytes on any number of threads.

mod abstract_scene;
mod bloom;
mod camera;
mod city;
mod color;
mod grade;
mod ground_map;
mod land;
mod march;
mod noise;
mod palette;
mod plates;
mod pool;
mod renderer;
mod scene;
mod sky;
mod space;
mod texture;
mod trees;
mod vocabulary;
mod water;
mod weather;
mod words;

pub(crate) use plates::plate_size;
pub use pool::{RenderPool, RenderPoolConfig};
pub use renderer::Animatic;
pub use scene::{CameraMove, Mood, Season, Style, Terrain, TimeOfDay, Weather};
pub use vocabulary::{AnimaticPlan, PlanNote};
