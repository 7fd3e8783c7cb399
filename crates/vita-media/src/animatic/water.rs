//! Still or moving water that mirrors what stands above it.

use super::camera::View;
use super::color::{Rgb, hex};
use super::noise::{fade, smoothstep};
use super::palette::Light;
use super::texture::TiledNoise;

/// A surface of water at a level.
#[derive(Debug)]
pub(super) struct Water {
    pub(super) level: f32,
    /// Height of its waves: 0 is a mirror, 1 the open sea.
    pub(super) rough: f32,
    pub(super) deep: Rgb,
    pub(super) ripples: TiledNoise<256>,
}

/// Rows of a column that show water.
#[derive(Clone, Copy, Debug)]
pub(super) struct WaterRun {
    pub(super) top: f32,
    pub(super) bottom: f32,
    /// How far away its upper end is, metres.
    pub(super) depth: f32,
    /// What stands behind its shore at much the same distance, and what stands far behind.
    pub(super) far: Option<FarShore>,
}

/// Land far behind a shore. It is mirrored at its own shore, even where something hides that.
#[derive(Clone, Copy, Debug)]
pub(super) struct FarShore {
    /// The row that it begins at, upwards.
    pub(super) bottom: f32,
    /// The row that its shore has, hidden or not.
    pub(super) shore: f32,
}

/// What a column's water lies among.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) light: &'a Light,
    pub(super) haze: Rgb,
    /// The row above which the sky is seen.
    pub(super) sky: f32,
}

impl WaterRun {
    /// A stretch without anything near behind its shore.
    pub(super) fn open(top: f32, bottom: f32, depth: f32) -> Self {
        Self {
            top,
            bottom,
            depth,
            far: None,
        }
    }
}

impl Water {
    pub(super) fn new(level: f32, rough: f32, light: &Light, seed: u32) -> Self {
        let body = hex(0x12_3A_46).tint(light.ambient_sky * 2.2 + light.sun * 0.12);
        Self {
            level,
            rough,
            deep: body,
            ripples: TiledNoise::new(8, 5, seed ^ 0x3A7E),
        }
    }

    /// Paints the first of `runs`, stretches of water in column `x` from near to far. What it mirrors
    /// is in `pixels` already.
    pub(super) fn paint(
        &self,
        view: &View,
        x: usize,
        runs: &[WaterRun],
        time: f32,
        around: &Surroundings<'_>,
        pixels: &mut [Rgb],
    ) {
        let Surroundings { light, haze, .. } = *around;
        let Some((run, farther)) = runs.split_first() else {
            return;
        };
        let (ray_x, ray_z) = view.ray(x as f32 + 0.5);
        let first = run.top as usize;
        let last = (run.bottom.ceil() as usize).min(pixels.len());
        for row in first..last {
            let share = (row as f32 + 1.0).min(run.bottom) - (row as f32).max(run.top);
            let below = (row as f32 + 0.5 - view.horizon).max(0.35);
            let depth = view.focal * (view.y - self.level) / below;
            let (at_x, at_z) = (view.x + ray_x * depth, view.z + ray_z * depth);
            let (tilt_x, tilt_z) = self.tilt(at_x, at_z, depth, time);
            // Waves tilt the mirror: mostly up and down, as they are seen from the side.
            let grazing = below / view.focal;
            let reach = view.focal * self.rough;
            let offset = tilt_z * reach * 0.16 * (0.15 + grazing * 2.5);
            let looked_at = row as f32 + 0.5 - offset + self.rough * below * 0.35;
            let mut mirrored = mirror(looked_at, *run, farther);
            if mirrored < around.sky {
                // What is far above is mirrored at the horizon, wherever the shore is.
                let sky = 2.0 * view.horizon - looked_at;
                mirrored = sky.clamp(0.0, (around.sky - 0.5).max(0.0));
            }
            let reflection = read(pixels, mirrored);
            // Schlick's approximation for water, 2 % at right angles.
            let facing = (grazing * (1.0 + 2.0 * self.rough) + tilt_x.abs() * 0.1).min(1.0);
            let fresnel = 0.02 + 0.98 * (1.0 - facing).powi(5);
            let mut color = self.deep.mix(reflection, 0.12 + 0.86 * fresnel);
            color += self.glitter(view, (ray_x, ray_z), grazing, (tilt_x, tilt_z), light);
            let clear = fade(depth / light.visibility * 0.8);
            color = haze.mix(color, clear.max(0.1)).mix(color, 0.35);
            pixels[row] += color * share;
        }
    }

    /// How the surface leans at a place, about −1 to 1 in both directions.
    fn tilt(&self, x: f32, z: f32, depth: f32, time: f32) -> (f32, f32) {
        let drift = time * 0.012;
        // Far waves are smaller than a pixel: only their mean is seen.
        let near = 1.0 - smoothstep(120.0, 900.0, depth);
        let middle = 1.0 - smoothstep(500.0, 4_000.0, depth);
        let wave = |share: f32, u: f32, v: f32| {
            if share > 0.0 {
                share * (self.ripples.at(u, v) - 0.5)
            } else {
                0.0
            }
        };
        let fine = wave(middle, x / 34.0 + drift, z / 21.0 - drift * 1.4);
        let small = wave(near, x / 11.0 - drift * 2.3, z / 6.5 + drift * 2.9);
        let swell = wave(1.0, x / 260.0 + drift * 0.4, z / 120.0 - drift * 0.9);
        (
            fine * 1.6 + small * 1.8,
            fine * 1.8 + small * 1.4 + swell * 2.0,
        )
    }

    /// Sparkles where the waves mirror the sun.
    fn glitter(
        &self,
        view: &View,
        (ray_x, ray_z): (f32, f32),
        grazing: f32,
        (tilt_x, tilt_z): (f32, f32),
        light: &Light,
    ) -> Rgb {
        let [sun_x, sun_y, sun_z] = light.sun_direction();
        let (sin, cos) = view.yaw.sin_cos();
        let ahead = sun_x * sin + sun_z * cos;
        if ahead <= 0.05 {
            return Rgb::BLACK;
        }
        let sun_across = (sun_x * cos - sun_z * sin) / ahead;
        let across = ray_x * cos - ray_z * sin;
        let lean = 0.16 * self.rough;
        let off_x = across - sun_across + tilt_x * lean;
        let off_y = grazing - sun_y / ahead + tilt_z * lean * 1.6;
        let width = 0.0011 + 0.006 * self.rough;
        let off = (off_x * off_x + off_y * off_y * (1.0 / 14.0)) / width;
        if off > 9.0 {
            return Rgb::BLACK;
        }
        let hit = (-off).exp();
        light.sun * (hit * 0.9) + light.glow * (hit * 0.25)
    }
}

/// The row that a row of water shows: the land behind its shore, or, over that land, what a farther
/// shore shows there.
fn mirror(row: f32, run: WaterRun, farther: &[WaterRun]) -> f32 {
    let mut shore = run.top;
    for next in farther {
        if 2.0 * shore - row >= next.bottom {
            break;
        }
        shore = next.top;
    }
    if let Some(far) = run.far.filter(|_| farther.is_empty())
        && 2.0 * shore - row < far.bottom
    {
        shore = far.shore;
    }
    (2.0 * shore - row).clamp(0.0, shore.max(1.0) - 0.5)
}

fn read(pixels: &[Rgb], row: f32) -> Rgb {
    let at = (row - 0.5).max(0.0);
    let first = (at as usize).min(pixels.len().saturating_sub(2));
    pixels[first].mix(pixels[first + 1], (at - first as f32).clamp(0.0, 1.0))
}
