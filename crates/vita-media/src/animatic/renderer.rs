use rayon::prelude::*;
use vita_model::{ClipSpec, FRAMES_PER_SECOND, FrameSize};

use super::camera::{CameraPath, View, stand_of};
use super::color::Rgb;
use super::grade::Grade;
use super::ground_map::{Extent, GroundMap, Scenery};
use super::land::Land;
use super::march::{Ground, LANES, Painter, Steps};
use super::palette::Light;
use super::scene::{Terrain, Weather};
use super::sky::{Sky, SkyFeatures, SkyFrame};
use super::trees::{TreeColumns, Trees};
use super::vocabulary::AnimaticPlan;
use super::water::Water;

/// A clip that is ready to be drawn, frame by frame.
///
/// Preparing computes the world, which costs about as much as ten frames. Frames are functions of
/// their number: any order and any number of threads give the same bytes.
#[derive(Debug)]
pub struct Animatic {
    size: FrameSize,
    frame_count: u32,
    time_scale: f32,
    path: CameraPath,
    light: Light,
    sky: Sky,
    ground: Ground,
    water: Option<Water>,
    grade: Grade,
    canvas: Vec<Rgb>,
    sky_frame: SkyFrame,
    trees: Option<Trees>,
    tree_columns: TreeColumns,
}

impl Animatic {
    /// Computes the world of a plan for a clip. Call it inside of a rayon pool to bound its threads.
    pub fn prepare(plan: &AnimaticPlan, spec: ClipSpec) -> Self {
        let size = spec.frame_size();
        let seed = plan.world_seed();
        let side = if seed & 2 == 0 { 1.0 } else { -1.0 };
        let light = Light::of(plan, side);
        let land = Land::of(plan);
        let seconds = spec.duration.get() as f32;
        let path = CameraPath::new(plan, stand_of(plan.terrain, size), seconds, size);
        let ground = bake_ground(&land, &light, &path, size);
        let features = SkyFeatures {
            aurora: plan.weather == Weather::Aurora,
            milky_way: plan.terrain == Terrain::NightSky,
        };
        let rough = if plan.terrain == Terrain::Lake {
            0.12
        } else {
            0.55
        };
        Self {
            water: land
                .water_level()
                .map(|level| Water::new(level, rough, &light, seed as u32)),
            sky: Sky::new(&light, features, seed as u32),
            grade: Grade::of(plan, &light, size),
            canvas: vec![Rgb::BLACK; (size.width * size.height) as usize],
            sky_frame: SkyFrame::default(),
            trees: land
                .trees()
                .map(|stock| Trees::plant(stock, &land, &light, &ground.near, seed as u32)),
            tree_columns: TreeColumns::default(),
            frame_count: spec.frame_count(),
            time_scale: plan.time_scale as f32,
            size,
            path,
            light,
            ground,
        }
    }

    /// How many frames the clip has.
    pub fn frame_count(&self) -> u32 {
        self.frame_count
    }

    /// The size of every frame.
    pub fn frame_size(&self) -> FrameSize {
        self.size
    }

    /// Draws frame `index` into `out`: yuv420p, BT.709, limited range, planes without padding.
    pub fn draw(&mut self, index: u32, out: &mut Vec<u8>) {
        let share = index as f32 / self.frame_count.max(2).saturating_sub(1) as f32;
        let time = index as f32 / FRAMES_PER_SECOND as f32 * self.time_scale;
        let view = self.path.at(share.min(1.0));
        self.draw_land(&view, time);
        self.grade
            .develop_frame(&self.canvas, self.size, index, out);
    }

    fn draw_land(&mut self, view: &View, time: f32) {
        self.sky
            .paint(view, view.horizon, time, &mut self.sky_frame);
        if let Some(trees) = &self.trees {
            trees.project(view, &mut self.tree_columns);
        }
        let steps = Steps::of(view, &self.ground, &self.light);
        let painter = Painter {
            view,
            light: &self.light,
            ground: Some((&self.ground, &steps)),
            trees: &self.tree_columns,
            sky: &self.sky_frame,
            water: self.water.as_ref(),
            time,
        };
        self.canvas
            .par_chunks_mut(view.height * LANES)
            .enumerate()
            .for_each(|(block, pixels)| painter.paint_block(block * LANES, pixels));
    }
}

fn bake_ground(land: &Land, light: &Light, path: &CameraPath, size: FrameSize) -> Ground {
    let views = path.extremes();
    let scenery = Scenery {
        land,
        light,
        views: &views,
    };
    let area = (size.width * size.height) as f32;
    let cells_max = (area * 2.2).clamp(500_000.0, 3_500_000.0);
    let far_depth = land.depth();
    let near_depth = far_depth * 0.14;
    let far = GroundMap::bake(
        Extent::seen(&views, 0.0, far_depth, cells_max),
        scenery,
        1,
        None,
    );
    let near_extent = Extent::seen(&views, 0.0, near_depth, cells_max * 0.4);
    let near = GroundMap::bake(near_extent, scenery, 4, Some(&far));
    Ground {
        near,
        far,
        near_depth: near_depth * 0.98,
        far_depth: far_depth * 0.99,
    }
}
