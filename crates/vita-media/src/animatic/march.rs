//! Draws the ground, column by column and front to back.
//!
//! A column of the picture is a straight line over the ground. Walking along it, every place that
//! stands higher in the picture than all before it is seen; what is between the last seen row and
//! its row gets its colour. So a pixel is drawn once, and hidden ground costs only its height. A few
//! columns side by side walk together: they read the same part of the map, and most steps of all
//! of them are hidden behind what stands before and are passed in one comparison.

use super::camera::View;
use super::city::{City, CityColumn};
use super::color::Rgb;
use super::ground_map::GroundMap;
use super::noise::{fade, smoothstep, unit2};
use super::palette::Light;
use super::sky::SkyFrame;
use super::texture::TiledNoise;
use super::trees::{TreeColumns, TreeSlice};
use super::water::{FarShore, Surroundings, Water, WaterRun};

/// Columns that walk together.
pub(super) const LANES: usize = 8;
/// How the steps grow with the distance: a step is at most this share of it.
const STEP_SHARE: f32 = 1.0 / 115.0;

/// The ground of a clip in two grids: the wide one, and a finer one before the camera.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) near: GroundMap,
    pub(super) far: GroundMap,
    pub(super) near_depth: f32,
    pub(super) far_depth: f32,
    /// Grass, pebbles and ripples: what the maps are too coarse for.
    pub(super) grain: TiledNoise<256>,
    pub(super) grain_strength: f32,
}

impl Ground {
    #[inline]
    fn map(&self, step: &Step) -> &GroundMap {
        if step.is_near { &self.near } else { &self.far }
    }
}

/// Metres that one tile of the ground's grain covers.
const GRAIN_SIZE: f32 = 41.0;

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
    clarity: Clarity,
    /// How much of the ground's grain is seen; none where it is finer than a pixel.
    grain: f32,
    is_near: bool,
    /// No ground here or behind shows above this row.
    bound: f32,
}

/// What is so many times farther away than a shore does not stand on it.
const FAR_BEHIND: f32 = 1.45;

/// Trees stand at most this high over the ground, metres.
const TREE_HEIGHT_MAX: f32 = 32.0;

/// What the air leaves of a colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clarity {
    /// Share of an object's own light that comes through.
    clear: f32,
    mist: f32,
}

impl Clarity {
    pub(super) fn at(depth: f32, light: &Light) -> Self {
        let range = depth / light.visibility;
        Self {
            clear: (-range * (0.75 + 0.25 * range.min(2.0))).exp(),
            mist: 1.0 - (-depth * light.mist / 2_600.0).exp(),
        }
    }
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
            steps.push(Step {
                depth,
                scale: view.focal / depth,
                clarity: Clarity::at(depth, light),
                grain: ground.grain_strength * smoothstep(900.0, 120.0, depth),
                is_near: depth < ground.near_depth,
                bound: f32::MIN,
            });
            depth += stride * 0.5;
        }
        let mut steps = Self { steps };
        steps.bound(view, ground);
        steps
    }

    /// Finds, from far to near, how high in the picture anything can still come.
    fn bound(&mut self, view: &View, ground: &Ground) {
        let rays = [view.ray(0.0), view.ray(view.width as f32)];
        let mut bound = f32::MAX;
        for step in self.steps.iter_mut().rev() {
            let [left, right] = rays
                .map(|(ray_x, ray_z)| (view.x + ray_x * step.depth, view.z + ray_z * step.depth));
            let map = ground.map(step);
            let highest = map.highest_between(left, right).max(0.0) + TREE_HEIGHT_MAX;
            bound = bound.min(view.horizon + (view.y - highest) * step.scale);
            step.bound = bound;
        }
    }
}

/// Everything that columns are drawn from.
#[derive(Clone, Copy)]
pub(super) struct Painter<'a> {
    pub(super) view: &'a View,
    pub(super) light: &'a Light,
    pub(super) ground: Option<(&'a Ground, &'a Steps)>,
    pub(super) city: Option<&'a City>,
    pub(super) trees: &'a TreeColumns,
    pub(super) sky: &'a SkyFrame,
    pub(super) water: Option<&'a Water>,
    pub(super) time: f32,
}

/// One of the columns that walk together.
struct Lane<'a> {
    ray: (f32, f32),
    /// The row above which nothing is drawn yet.
    top: f32,
    /// The last step's colour, when the last step was seen.
    before: Option<Rgb>,
    air: Air,
    trees: &'a [TreeSlice],
    runs: Vec<WaterRun>,
}

/// The air's colours in a column.
#[derive(Clone, Copy)]
pub(super) struct Air {
    haze: Rgb,
    mist: Rgb,
}

impl Air {
    /// What is left of a colour at a height behind so much air.
    #[inline]
    pub(super) fn veil(&self, color: Rgb, height: f32, clarity: Clarity) -> Rgb {
        let mist = clarity.mist * fade(height.max(0.0) * MIST_FADE);
        self.haze.mix(color, clarity.clear).mix(self.mist, mist)
    }
}

/// Mist is a third as thick this much higher, per metre.
const MIST_FADE: f32 = 1.0 / 110.0;

impl<'a> Painter<'a> {
    /// Draws the columns from `x` on that `block` holds, one after the other, rows from the top.
    pub(super) fn paint_block(&self, x: usize, block: &mut [Rgb]) {
        let height = self.view.height;
        block.fill(Rgb::BLACK);
        let mut lanes: Vec<Lane<'a>> = (x..x + block.len() / height)
            .map(|x| self.lane(x, height as f32))
            .collect();
        if let Some((ground, steps)) = self.ground {
            self.walk(ground, steps, &mut lanes, block);
        }
        if self.ground.is_none() && self.city.is_none() && self.water.is_some() {
            self.open_water(&mut lanes);
        }
        if let Some(city) = self.city {
            self.walk_city(city, x, &mut lanes, block);
        }
        for (offset, (lane, pixels)) in lanes.iter_mut().zip(block.chunks_mut(height)).enumerate() {
            self.finish(x + offset, lane, pixels);
        }
    }

    /// Water as far as the horizon.
    fn open_water(&self, lanes: &mut [Lane<'_>]) {
        let bottom = self.view.height as f32;
        for lane in lanes {
            lane.top = self.view.horizon.clamp(0.0, bottom);
            let top = lane.top;
            lane.runs.push(WaterRun::open(top, bottom, f32::MAX));
        }
    }

    /// Draws a city: each column twice, a half pixel apart, as walls have upright edges.
    fn walk_city(&self, city: &City, x: usize, lanes: &mut [Lane<'_>], block: &mut [Rgb]) {
        let mut other = vec![Rgb::BLACK; self.view.height];
        for (offset, (lane, pixels)) in lanes
            .iter_mut()
            .zip(block.chunks_mut(self.view.height))
            .enumerate()
        {
            let column = |share: f32, pixels: &mut [Rgb]| {
                let ray = self.view.ray((x + offset) as f32 + share);
                let mut column = CityColumn {
                    ray,
                    air: lane.air,
                    pixels,
                };
                city.walk(self.view, &mut column)
            };
            other.fill(Rgb::BLACK);
            let top = column(0.25, &mut other);
            let other_top = column(0.75, pixels);
            lane.runs = city.shore_run(self.view).into_iter().collect();
            // What one of the two leaves open shows the sky.
            let sky = self.sky.column(x + offset);
            lane.top = top.min(other_top);
            for row in lane.top as usize..(top.max(other_top).ceil() as usize).min(other.len()) {
                let color = sky.color(row);
                let open = |own_top: f32| (own_top - (row as f32).max(lane.top)).clamp(0.0, 1.0);
                other[row] += color * open(top);
                pixels[row] += color * open(other_top);
            }
            for (pixel, other) in pixels.iter_mut().zip(&other) {
                *pixel = pixel.mix(*other, 0.5);
            }
        }
    }

    fn lane(&self, x: usize, bottom: f32) -> Lane<'a> {
        Lane {
            ray: self.view.ray(x as f32 + 0.5),
            top: bottom,
            before: None,
            air: self.air(x),
            trees: self.trees.column(x),
            runs: Vec::new(),
        }
    }

    fn air(&self, x: usize) -> Air {
        let (ray_x, ray_z) = self.view.ray(x as f32);
        let [sun_x, _, sun_z] = self.light.sun_direction();
        let length =
            (ray_x * ray_x + ray_z * ray_z).sqrt() * (sun_x * sun_x + sun_z * sun_z).sqrt();
        let toward = ((ray_x * sun_x + ray_z * sun_z) / length.max(1e-4)).clamp(-1.0, 1.0);
        let share = (-(1.0 - toward) * 9.0).exp();
        let haze = self.light.haze.mix(self.light.haze_sun, share);
        Air {
            haze,
            mist: haze.mix(self.light.horizon, 0.25) * 1.04,
        }
    }

    fn walk(&self, ground: &Ground, steps: &Steps, lanes: &mut [Lane<'_>], block: &mut [Rgb]) {
        let view = self.view;
        let level = self.water_level();
        let Some(last) = lanes.len().checked_sub(1) else {
            return;
        };
        for step in &steps.steps {
            let map = ground.map(step);
            let (left, right) = (self.place(&lanes[0], step), self.place(&lanes[last], step));
            let highest = map.highest_between(left, right).max(level);
            let highest_row = view.horizon + (view.y - highest) * step.scale;
            let mut lowest_top = 0.0_f32;
            for (lane, pixels) in lanes.iter_mut().zip(block.chunks_mut(view.height)) {
                while let Some((tree, rest)) = lane.trees.split_first() {
                    if tree.depth > step.depth {
                        break;
                    }
                    lane.trees = rest;
                    self.plant(lane, tree, pixels);
                }
                lowest_top = lowest_top.max(lane.top);
            }
            if lowest_top <= step.bound.max(0.0) {
                return;
            }
            if highest_row >= lowest_top {
                for lane in lanes.iter_mut() {
                    lane.before = None;
                }
                continue;
            }
            for (lane, pixels) in lanes.iter_mut().zip(block.chunks_mut(view.height)) {
                self.look(ground, step, lane, pixels);
            }
        }
    }

    fn water_level(&self) -> f32 {
        self.water.map_or(f32::MIN, |water| water.level)
    }

    /// The place on the ground that a column sees at a step.
    #[inline]
    fn place(&self, lane: &Lane<'_>, step: &Step) -> (f32, f32) {
        let (ray_x, ray_z) = lane.ray;
        (
            self.view.x + ray_x * step.depth,
            self.view.z + ray_z * step.depth,
        )
    }

    /// Draws what one column sees at one step.
    #[inline]
    fn look(&self, ground: &Ground, step: &Step, lane: &mut Lane<'_>, pixels: &mut [Rgb]) {
        let (view, level) = (self.view, self.water_level());
        if let Some(run) = lane.runs.last_mut()
            && run.far.is_none()
            && step.depth > run.depth * FAR_BEHIND
        {
            run.far = Some(FarShore {
                bottom: lane.top,
                shore: view.horizon + (view.y - level) * step.scale,
            });
        }
        let map = ground.map(step);
        let (x, z) = self.place(lane, step);
        let own_height = map.height(x, z);
        let height = own_height.max(level);
        let row = view.horizon + (view.y - height) * step.scale;
        if row >= lane.top {
            lane.before = None;
            return;
        }
        if own_height < level {
            push_or_extend(&mut lane.runs, row.max(0.0), lane.top, step.depth);
            lane.before = None;
        } else {
            let mut seen = map.color(x, z);
            if step.grain > 0.0 {
                let grain = ground.grain.at(x / GRAIN_SIZE, z / GRAIN_SIZE) - 0.5;
                seen = seen * (1.0 + step.grain * grain).max(0.2);
            }
            let color = lane.air.veil(seen, height, step.clarity);
            let below = lane.before.unwrap_or(color);
            fill(pixels, (row, lane.top), color, below);
            lane.before = Some(color);
        }
        lane.top = row.max(0.0);
    }

    /// Draws a column's part of a tree over what is behind it.
    fn plant(&self, lane: &mut Lane<'_>, tree: &TreeSlice, pixels: &mut [Rgb]) {
        let scale = self.view.focal / tree.depth;
        let row = self.view.horizon + (self.view.y - tree.top) * scale;
        if row >= lane.top {
            return;
        }
        let clarity = Clarity::at(tree.depth, self.light);
        let upper = lane.air.veil(tree.upper, tree.top, clarity);
        let lower = lane.air.veil(tree.lower, tree.ground, clarity);
        let crown = self.view.horizon + (self.view.y - tree.crown) * scale;
        let foot = crown.min(lane.top);
        if crown < lane.top {
            let under = lane.air.veil(tree.under, tree.ground, clarity);
            fill(pixels, (crown, lane.top), under, under);
        }
        // Of a tree behind a hill only the upper part is seen, in the colour of that part.
        let seen = ((foot - row) / (crown - row).max(1.0)).clamp(0.0, 1.0);
        let leaves = Leaves {
            upper,
            lower: upper.mix(lower, seen),
            grain: tree.grain,
        };
        leaves.fill(pixels, (row, foot));
        lane.before = None;
        lane.top = row.max(0.0);
    }

    /// Draws the sky above the ground, and the water, which mirrors both.
    fn finish(&self, x: usize, lane: &mut Lane<'_>, pixels: &mut [Rgb]) {
        let top = lane.top;
        let sky = self.sky.column(x);
        let last = (top.max(0.0).ceil() as usize).min(pixels.len());
        for (row, pixel) in pixels.iter_mut().enumerate().take(last) {
            let share = (top - row as f32).min(1.0);
            *pixel += sky.color(row) * share;
        }
        self.sky.add_marks(x, &sky, top, pixels);
        let Some(water) = self.water else {
            return;
        };
        // The far shores first: a nearer stretch may mirror them.
        for nearest in (0..lane.runs.len()).rev() {
            let around = Surroundings {
                light: self.light,
                haze: lane.air.haze,
                sky: top,
            };
            let runs = &lane.runs[nearest..];
            water.paint(self.view, x, runs, self.time, &around, pixels);
        }
    }
}

/// Collects stretches of water.
fn push_or_extend(runs: &mut Vec<WaterRun>, top: f32, bottom: f32, depth: f32) {
    match runs.last_mut() {
        Some(run) if (run.top - bottom).abs() < 1e-3 => {
            run.top = top;
            run.depth = depth;
        }
        _ => runs.push(WaterRun::open(top, bottom, depth)),
    }
}

/// Fills the rows between `top` and `bottom`, whose colours are given for both ends. Rows that are
/// only touched get their share, so that edges are smooth.
#[inline]
pub(super) fn fill(pixels: &mut [Rgb], (top, bottom): (f32, f32), at_top: Rgb, at_bottom: Rgb) {
    let slope = 1.0 / (bottom - top).max(1e-3);
    let start = top.max(0.0);
    let first = start as usize;
    let last = (bottom.ceil() as usize).min(pixels.len());
    for (row, pixel) in pixels.iter_mut().enumerate().take(last).skip(first) {
        let (upper, lower) = ((row as f32).max(start), (row as f32 + 1.0).min(bottom));
        let position = ((upper + lower) * 0.5 - top) * slope;
        *pixel += at_top.mix(at_bottom, position) * (lower - upper);
    }
}

/// The colours of a tree's crown in a column.
struct Leaves {
    upper: Rgb,
    lower: Rgb,
    grain: u32,
}

/// Tufts of leaves from the top of a column to its foot.
const TUFTS: f32 = 13.0;

impl Leaves {
    /// [`fill`], with tufts that stay with the tree when the camera moves.
    fn fill(&self, pixels: &mut [Rgb], (top, bottom): (f32, f32)) {
        if bottom - top < 12.0 {
            return fill(pixels, (top, bottom), self.upper, self.lower);
        }
        let slope = 1.0 / (bottom - top);
        let start = top.max(0.0);
        let last = (bottom.ceil() as usize).min(pixels.len());
        for (row, pixel) in pixels
            .iter_mut()
            .enumerate()
            .take(last)
            .skip(start as usize)
        {
            let (upper, lower) = ((row as f32).max(start), (row as f32 + 1.0).min(bottom));
            let position = ((upper + lower) * 0.5 - top) * slope;
            let tuft = unit2((position * TUFTS) as i32, 0, self.grain);
            let color = self.upper.mix(self.lower, position) * (0.78 + 0.44 * tuft);
            *pixel += color * (lower - upper);
        }
    }
}
