//! Draws the ground, column by column and front to back.
//!
//! A column of the picture is a straight line over the ground. Walking along it, every place that
//! stands higher in the picture than all before it is seen; what is between the last seen row and
//! its row gets its colour. So a pixel is drawn once, and hidden ground costs only its height.

use super::camera::View;
use super::color::Rgb;
use super::ground_map::GroundMap;
use super::noise::lerp;
use super::palette::Light;
use super::sky::SkyFrame;
use super::water::{Water, WaterRun};

/// How the steps grow with the distance: a step is at most this share of it.
const STEP_SHARE: f32 = 1.0 / 150.0;

/// The ground of a clip in two grids: the wide one, and a finer one before the camera.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) near: GroundMap,
    pub(super) far: GroundMap,
    pub(super) near_depth: f32,
    pub(super) far_depth: f32,
}

/// The distances that are looked at in one frame, and what the air does there.
#[derive(Debug)]
pub(super) struct Steps {
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    depth: f32,
    /// Focal length over depth: pixels a metre.
    scale: f32,
    /// Share of an object's own light that comes through the air.
    clear: f32,
    mist: f32,
    is_near: bool,
}

impl Steps {
    /// The distances for a view. They are anchored to the world and not to the camera, so that
    /// ridges don't crawl when the camera moves forward.
    pub(super) fn of(view: &View, ground: &Ground, light: &Light) -> Self {
        let mut steps = Vec::with_capacity(2_000);
        let finest = ground.near.extent.cell * 0.75;
        let mut depth = finest * 4.0;
        while depth < ground.far_depth {
            let stride = (depth * STEP_SHARE).max(finest);
            let stride = stride.log2().floor().exp2();
            let anchored = ((view.z + depth) / stride).ceil() * stride - view.z;
            depth = anchored.max(depth + stride * 0.5);
            let range = depth / light.visibility;
            steps.push(Step {
                depth,
                scale: view.focal / depth,
                clear: (-range * (0.75 + 0.25 * range.min(2.0))).exp(),
                mist: 1.0 - (-depth * light.mist / 2_600.0).exp(),
                is_near: depth < ground.near_depth,
            });
            depth += stride * 0.5;
        }
        Self { steps }
    }
}

/// Everything that a column is drawn from.
#[derive(Clone, Copy)]
pub(super) struct Painter<'a> {
    pub(super) view: &'a View,
    pub(super) light: &'a Light,
    pub(super) ground: &'a Ground,
    pub(super) steps: &'a Steps,
    pub(super) sky: &'a SkyFrame,
    pub(super) water: Option<&'a Water>,
    pub(super) time: f32,
}

/// The air's colour in a column, and how fast mist thins with height.
struct Air {
    haze: Rgb,
    mist: Rgb,
}

const MIST_FADE: f32 = 1.0 / 110.0;

impl Painter<'_> {
    /// Draws column `x` into `pixels`, from the top row down.
    pub(super) fn paint_column(&self, x: usize, pixels: &mut [Rgb], runs: &mut Vec<WaterRun>) {
        pixels.fill(Rgb::BLACK);
        runs.clear();
        let air = self.air(x);
        let top = self.walk(x, pixels, runs, &air);
        let sky = self.sky.column(x);
        let last = (top.max(0.0).ceil() as usize).min(pixels.len());
        for (row, pixel) in pixels.iter_mut().enumerate().take(last) {
            let share = (top - row as f32).min(1.0);
            *pixel += sky.at(row).0 * share;
        }
        self.sky.add_marks(x, top, pixels);
        if let Some(water) = self.water {
            for run in runs.iter() {
                water.paint(self.view, x, run, self.time, (self.light, air.haze), pixels);
            }
        }
    }

    fn air(&self, x: usize) -> Air {
        let (ray_x, ray_z) = self.view.ray(x as f32);
        let [sun_x, _, sun_z] = self.light.sun_direction();
        let length =
            (ray_x * ray_x + ray_z * ray_z).sqrt() * (sun_x * sun_x + sun_z * sun_z).sqrt();
        let toward = ((ray_x * sun_x + ray_z * sun_z) / length.max(1e-4)).clamp(-1.0, 1.0);
        let share = (-(1.0 - toward) * 7.0).exp();
        let haze = self.light.haze.mix(self.light.haze_sun, share);
        Air {
            haze,
            mist: haze.mix(self.light.horizon, 0.25) * 1.04,
        }
    }

    /// Draws the ground of a column; returns the row above which the sky is seen.
    fn walk(&self, x: usize, pixels: &mut [Rgb], runs: &mut Vec<WaterRun>, air: &Air) -> f32 {
        let view = self.view;
        let (ray_x, ray_z) = view.ray(x as f32 + 0.5);
        let level = self.water.map_or(f32::MIN, |water| water.level);
        let mut top = pixels.len() as f32;
        let mut before: Option<Rgb> = None;
        for step in &self.steps.steps {
            let (at_x, at_z) = (view.x + ray_x * step.depth, view.z + ray_z * step.depth);
            let map = if step.is_near {
                &self.ground.near
            } else {
                &self.ground.far
            };
            let height = map.height(at_x, at_z);
            let is_water = height < level;
            let height = height.max(level);
            let row = view.horizon + (view.y - height) * step.scale;
            if row >= top {
                before = None;
                continue;
            }
            if is_water {
                runs.push_or_extend(row.max(0.0), top);
                before = None;
            } else {
                let seen = map.color(at_x, at_z);
                let mist = step.mist * (-(height.max(0.0)) * MIST_FADE).exp();
                let color = air.haze.mix(seen, step.clear).mix(air.mist, mist);
                fill(pixels, row, top, before.unwrap_or(color), color);
                before = Some(color);
            }
            top = row;
            if top <= 0.0 {
                return 0.0;
            }
        }
        top
    }
}

/// Collects stretches of water.
trait PushRun {
    fn push_or_extend(&mut self, top: f32, bottom: f32);
}

impl PushRun for Vec<WaterRun> {
    fn push_or_extend(&mut self, top: f32, bottom: f32) {
        match self.last_mut() {
            Some(run) if (run.top - bottom).abs() < 1e-3 => run.top = top,
            _ => self.push(WaterRun { top, bottom }),
        }
    }
}

/// Fills the rows from `top` to `bottom`, whose colours are given for both ends. Rows that are only
/// touched get their share, so that edges are smooth.
#[inline]
fn fill(pixels: &mut [Rgb], top: f32, bottom: f32, at_bottom: Rgb, at_top: Rgb) {
    let top = top.max(0.0);
    let first = top as usize;
    let last = (bottom.ceil() as usize).min(pixels.len());
    let slope = 1.0 / (bottom - top).max(1e-3);
    for (row, pixel) in pixels.iter_mut().enumerate().take(last).skip(first) {
        let (upper, lower) = (row as f32, row as f32 + 1.0);
        let share = lower.min(bottom) - upper.max(top);
        let middle = (upper.max(top) + lower.min(bottom)) * 0.5;
        let position = lerp(0.0, 1.0, (middle - top) * slope);
        *pixel += at_top.mix(at_bottom, position) * share;
    }
}
