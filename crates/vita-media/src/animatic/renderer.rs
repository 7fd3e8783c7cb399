use rayon::prelude::*;
use vita_model::{ClipSpec, FRAMES_PER_SECOND, FrameSize};

use super::abstract_scene::AbstractScene;
use super::bloom::Bloom;
use super::camera::{CameraPath, View, stand_of};
use super::city::City;
use super::color::Rgb;
use super::grade::Grade;
use super::ground_map::{Extent, GroundMap, Scenery};
use super::land::Land;
use super::march::{Ground, LANES, Painter, Steps};
use super::palette::Light;
use super::plates::Plates;
use super::scene::{Mood, Season, Terrain, Weather};
use super::sky::{Sky, SkyFeatures, SkyFrame};
use super::space::Space;
use super::texture::TiledNoise;
use super::trees::{TreeColumns, Trees};
use super::vocabulary::AnimaticPlan;
use super::water::Water;
use super::weather::Air;
use crate::image::Picture;

/// A clip that is ready to be drawn, frame by frame.
///
/// Preparing computes the world, which costs about as much as twenty frames. Frames are functions of
/// their number: any order and any number of threads give the same bytes.
#[derive(Debug)]
pub struct Animatic {
    size: FrameSize,
    frame_count: u32,
    time_scale: f32,
    path: CameraPath,
    light: Light,
    world: World,
    air: Air,
    grade: Grade,
    /// Whether bright things glow. In photographs they do already.
    has_glow: bool,
    frame: Frame,
}

/// What is drawn.
#[derive(Debug)]
enum World {
    Outdoors(Box<Outdoors>),
    Space(Box<Space>),
    Abstract(Box<AbstractScene>),
    Plates(Box<Plates>),
}

/// A sky over ground, water or a city.
#[derive(Debug)]
struct Outdoors {
    sky: Sky,
    ground: Option<Ground>,
    trees: Option<Trees>,
    city: Option<City>,
    water: Option<Water>,
}

/// What is computed anew for every frame; kept to keep its memory.
#[derive(Debug)]
struct Frame {
    /// Light, column by column, rows from the top.
    canvas: Vec<Rgb>,
    sky: SkyFrame,
    trees: TreeColumns,
    bloom: Bloom,
}

impl Animatic {
    /// Computes the world of a plan for a clip. Call it inside of a rayon pool to bound its threads.
    pub fn prepare(plan: &AnimaticPlan, spec: ClipSpec) -> Self {
        Self::prepare_over(plan, spec, Vec::new())
    }

    /// The same, over pictures instead of a drawn scene, if there are any. They have the size of
    /// [`plate_size`](super::plate_size).
    pub(crate) fn prepare_over(
        plan: &AnimaticPlan,
        spec: ClipSpec,
        pictures: Vec<Picture>,
    ) -> Self {
        let size = spec.frame_size();
        let seed = plan.world_seed();
        let side = if seed & 2 == 0 { 1.0 } else { -1.0 };
        let mut light = Light::of(plan, side);
        let is_drawn = pictures.is_empty();
        if !is_drawn {
            // A photograph was exposed when it was taken.
            light.exposure = 1.0;
        }
        let seconds = spec.duration.get() as f32;
        let mut path = CameraPath::new(plan, stand_of(plan.terrain, size), seconds, size);
        let world = match plan.terrain {
            _ if !is_drawn => World::Plates(Box::new(Plates::new(plan, spec, pictures))),
            Terrain::Space => World::Space(Box::new(Space::new(seed))),
            Terrain::Abstract => World::Abstract(Box::new(AbstractScene::new(plan, size))),
            _ => World::Outdoors(Box::new(Outdoors::new(plan, &light, &mut path, size))),
        };
        let has_air = !matches!(
            world,
            World::Space(_) | World::Abstract(_) | World::Plates(_)
        );
        // Clouds and fog are in a photograph or are not; rain and snow may fall before it.
        let may_fall = matches!(plan.weather, Weather::Rain | Weather::Storm | Weather::Snow);
        let weather = if has_air || (!is_drawn && may_fall) {
            plan.weather
        } else {
            Weather::Clear
        };
        Self {
            air: Air::new(weather, &light, seed as u32),
            grade: Grade::of(plan, &light, size),
            has_glow: is_drawn || plan.mood == Mood::Dreamy,
            frame: Frame {
                canvas: vec![Rgb::BLACK; (size.width * size.height) as usize],
                sky: SkyFrame::default(),
                trees: TreeColumns::default(),
                bloom: Bloom::default(),
            },
            frame_count: spec.frame_count(),
            time_scale: plan.time_scale as f32,
            size,
            path,
            light,
            world,
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
        let seconds = index as f32 / FRAMES_PER_SECOND as f32;
        let time = seconds * self.time_scale;
        let view = self.path.at(share.min(1.0));
        let frame = &mut self.frame;
        match &self.world {
            World::Outdoors(outdoors) => outdoors.draw(&view, time, &self.light, frame),
            World::Space(space) => {
                frame.sky.paint(&**space, &view, view.height as f32, time);
                frame.draw_backdrop(view.height, |x, pixels| {
                    space.draw_planet(&view, x, time, pixels);
                });
            }
            World::Abstract(scene) => {
                frame.sky.paint(&**scene, &view, view.height as f32, time);
                frame.draw_backdrop(view.height, |x, pixels| {
                    scene.draw_title(x, seconds, pixels);
                });
            }
            World::Plates(plates) => plates.draw(share.min(1.0), &mut frame.canvas),
        }
        self.air.draw(&view, time, &mut frame.canvas);
        if self.has_glow {
            frame.bloom.gather(&frame.canvas, view.width, view.height);
        } else {
            frame.bloom.clear(view.width, view.height);
        }
        let light = (frame.canvas.as_slice(), &frame.bloom);
        self.grade.develop_frame(light, self.size, index, out);
    }
}

impl Frame {
    /// Fills the canvas with the backdrop and its marks, and draws over each column.
    fn draw_backdrop(&mut self, height: usize, draw_over: impl Fn(usize, &mut [Rgb]) + Sync) {
        let sky = &self.sky;
        self.canvas
            .par_chunks_mut(height)
            .enumerate()
            .for_each(|(x, pixels)| {
                let column = sky.column(x);
                for (row, pixel) in pixels.iter_mut().enumerate() {
                    *pixel = column.color(row);
                }
                sky.add_marks(x, &column, height as f32, pixels);
                draw_over(x, pixels);
            });
    }
}

impl Outdoors {
    fn new(plan: &AnimaticPlan, light: &Light, path: &mut CameraPath, size: FrameSize) -> Self {
        let seed = plan.world_seed();
        let land = Land::of(plan);
        let has_ground = !matches!(plan.terrain, Terrain::Sea | Terrain::City);
        let level = land.water_level();
        path.lift_over(|x, z| {
            let ground = if has_ground {
                land.height(x, z, 1)
            } else {
                0.0
            };
            ground.max(level.unwrap_or(f32::MIN))
        });
        let ground = has_ground.then(|| bake_ground(&land, light, path, size));
        let features = SkyFeatures {
            aurora: plan.weather == Weather::Aurora,
            milky_way: plan.terrain == Terrain::NightSky,
            city: plan.terrain == Terrain::City,
        };
        let rough = match plan.terrain {
            Terrain::Lake => 0.12,
            Terrain::City => 0.2,
            _ => 0.55,
        };
        let is_city = plan.terrain == Terrain::City;
        let is_snowy = plan.season == Season::Winter || plan.weather == Weather::Snow;
        let trees = ground
            .as_ref()
            .zip(land.trees())
            .map(|(ground, stock)| Trees::plant(stock, &land, light, &ground.near, seed as u32));
        Self {
            water: level.map(|level| Water::new(level, rough, light, seed as u32)),
            sky: Sky::new(light, features, seed as u32),
            city: is_city.then(|| City::new(light, seed, is_snowy)),
            ground,
            trees,
        }
    }

    fn draw(&self, view: &View, time: f32, light: &Light, frame: &mut Frame) {
        frame.sky.paint(&self.sky, view, view.horizon, time);
        if let Some(trees) = &self.trees {
            trees.project(view, &mut frame.trees);
        }
        let steps = self
            .ground
            .as_ref()
            .map(|ground| Steps::of(view, ground, light));
        let painter = Painter {
            view,
            light,
            ground: self.ground.as_ref().zip(steps.as_ref()),
            city: self.city.as_ref(),
            trees: &frame.trees,
            sky: &frame.sky,
            water: self.water.as_ref(),
            time,
        };
        frame
            .canvas
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
    let cells_max = (area * 1.8).clamp(250_000.0, 3_000_000.0);
    let far_depth = land.depth();
    let near_depth = far_depth * 0.14;
    let far = Extent::seen(&views, 0.0, far_depth, cells_max);
    let far = GroundMap::bake(far, scenery, 1, None);
    let near = Extent::seen(&views, 0.0, near_depth, cells_max * 0.4);
    let near = GroundMap::bake(near, scenery, 4, Some(&far));
    Ground {
        near,
        far,
        near_depth: near_depth * 0.98,
        far_depth: far_depth * 0.99,
        grain: TiledNoise::new(24, 4, 0x6A11),
        grain_strength: land.grain(),
    }
}
