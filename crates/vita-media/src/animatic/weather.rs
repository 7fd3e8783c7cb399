//! What falls or drifts before the camera: rain, snow, mist and lightning.

use rayon::prelude::*;

use super::camera::View;
use super::color::{Rgb, rgb};
use super::noise::{lerp, smoothstep, unit2};
use super::palette::Light;
use super::scene::Weather;
use super::texture::TiledNoise;

/// Drops and flakes in a frame of any size.
const DROPS: i32 = 1_100;
const FLAKES: i32 = 1_300;

/// The air between the camera and the scene.
#[derive(Debug)]
pub(super) struct Air {
    weather: Weather,
    light: Light,
    mist: Option<TiledNoise<256>>,
    seed: u32,
}

impl Air {
    pub(super) fn new(weather: Weather, light: &Light, seed: u32) -> Self {
        let has_wisps = matches!(
            weather,
            Weather::Fog | Weather::Rain | Weather::Snow | Weather::Storm
        );
        Self {
            mist: has_wisps.then(|| TiledNoise::new(4, 5, seed ^ 0x0F06)),
            light: light.clone(),
            weather,
            seed,
        }
    }

    /// Draws over the finished `canvas`. `time` is in seconds.
    pub(super) fn draw(&self, view: &View, time: f32, canvas: &mut [Rgb]) {
        if let Some(mist) = &self.mist {
            let thick = if self.weather == Weather::Fog {
                0.62
            } else {
                0.24
            };
            self.drift(mist, thick, view, time, canvas);
        }
        match self.weather {
            Weather::Rain => self.rain(1.0, view, time, canvas),
            Weather::Storm => {
                self.lightning(view, time, canvas);
                self.rain(1.3, view, time, canvas);
            }
            Weather::Snow => self.snow(view, time, canvas),
            _ => {}
        }
    }

    /// Bands of mist that drift along the horizon.
    fn drift(
        &self,
        mist: &TiledNoise<256>,
        thick: f32,
        view: &View,
        time: f32,
        canvas: &mut [Rgb],
    ) {
        let haze = self.light.haze.mix(self.light.horizon, 0.4);
        let reach = view.height as f32 * 0.3;
        let first = (view.horizon - reach).max(0.0) as usize;
        let last = ((view.horizon + reach).max(0.0) as usize).min(view.height);
        canvas
            .par_chunks_mut(view.height)
            .enumerate()
            .for_each(|(x, pixels)| {
                let u = (view.across(x as f32) + view.yaw) * 0.34 + time * 0.007;
                for (row, pixel) in pixels.iter_mut().enumerate().take(last).skip(first) {
                    let off = (row as f32 - view.horizon) / reach;
                    let v = off * 0.3 + time * 0.0015;
                    let wisp = smoothstep(0.36, 0.78, mist.at(u, v));
                    let fade = (1.0 - off * off).max(0.0);
                    *pixel = pixel.mix(haze, wisp * fade * thick);
                }
            });
    }

    fn rain(&self, strength: f32, view: &View, time: f32, canvas: &mut [Rgb]) {
        let (width, height) = (view.width as f32, view.height as f32);
        let drop_light =
            self.light.horizon.mix(rgb(0.8, 0.85, 0.9), 0.3) + self.light.ambient_sky * 0.3;
        for drop in 0..(DROPS as f32 * strength) as i32 {
            let unit = |salt: u32| unit2(drop, 1, self.seed ^ salt);
            let near = unit(1);
            let length = height * lerp(0.018, 0.075, near * near);
            let fall = time * lerp(1.5, 2.9, near) + unit(2) * 3.0;
            let turn = fall.floor();
            let share = fall - turn;
            let lane = unit2(drop, turn as i32, self.seed ^ 7);
            let slant = 0.1;
            let top = share * (height + 2.0 * length) - length;
            let left = lane * width * 1.2 - width * 0.1 - share * slant * height;
            let amount = lerp(0.05, 0.2, near);
            for step in 0..length as usize {
                let row = top + step as f32;
                let column = left - step as f32 * slant;
                let along = step as f32 / length;
                // Brightest in its lower half.
                let shape = amount * (along * (1.15 - along) * 3.0).min(1.0);
                let split = column - column.floor();
                splat(canvas, view, column, row, drop_light, shape * (1.0 - split));
                splat(canvas, view, column + 1.0, row, drop_light, shape * split);
            }
        }
    }

    fn snow(&self, view: &View, time: f32, canvas: &mut [Rgb]) {
        let (width, height) = (view.width as f32, view.height as f32);
        let scale = width.min(height) / 720.0;
        let flake_light =
            (self.light.ambient_sky * 1.5 + self.light.sun * 0.25).mix(self.light.horizon, 0.35);
        for flake in 0..FLAKES {
            let unit = |salt: u32| unit2(flake, 2, self.seed ^ salt);
            let near = unit(1).powi(2);
            let radius = lerp(0.8, 4.6, near * near) * scale.max(0.7);
            let fall = time * lerp(0.05, 0.19, near) + unit(2) * 5.0;
            let turn = fall.floor();
            let share = fall - turn;
            let lane = unit2(flake, turn as i32, self.seed ^ 9);
            let sway = (time * lerp(0.7, 1.6, unit(3)) + unit(4) * 6.3).sin()
                * lerp(4.0, 18.0, near)
                * scale;
            let x = lane * width * 1.2 - width * 0.1 + sway - share * 0.1 * width;
            let y = share * (height + 2.0 * radius) - radius;
            let amount = lerp(0.75, 0.45, near);
            let reach = radius.ceil() as i32 + 1;
            for dx in -reach..=reach {
                for dy in -reach..=reach {
                    let (column, row) = (x.floor() + dx as f32, y.floor() + dy as f32);
                    let (off_x, off_y) = (column + 0.5 - x, row + 0.5 - y);
                    let distance = (off_x * off_x + off_y * off_y).sqrt();
                    let soft = 1.0 - smoothstep(radius * 0.25, radius + 0.6, distance);
                    splat(canvas, view, column, row, flake_light, amount * soft);
                }
            }
        }
    }

    /// A flash now and then, with its bolt.
    fn lightning(&self, view: &View, time: f32, canvas: &mut [Rgb]) {
        const SLOT_SECS: f32 = 2.1;
        let slot = (time / SLOT_SECS).floor();
        let unit = |salt: u32| unit2(slot as i32, 3, self.seed ^ salt);
        let since = time - slot * SLOT_SECS - 0.25 - unit(1) * 1.2;
        if since < 0.0 {
            return;
        }
        let second = smoothstep(0.1, 0.13, since) * (-(since - 0.13).max(0.0) * 9.0).exp();
        let flash = (-since * 14.0).exp() + 0.7 * second;
        if flash < 0.01 {
            return;
        }
        let (width, horizon) = (view.width as f32, view.horizon);
        let start = lerp(0.15, 0.85, unit(2)) * width;
        canvas
            .par_chunks_mut(view.height)
            .enumerate()
            .for_each(|(x, pixels)| {
                let near = (-((x as f32 - start) / (0.35 * width)).powi(2)).exp();
                for (row, pixel) in pixels.iter_mut().enumerate() {
                    let sky = smoothstep(horizon * 1.15, horizon * 0.5, row as f32);
                    let gain = flash * (0.4 + (0.5 + 1.6 * near) * sky);
                    *pixel =
                        *pixel * (1.0 + gain * 1.3) + rgb(0.1, 0.11, 0.16) * (gain * 0.35 * sky);
                }
            });
        self.bolt(view, (slot as i32, start, flash), canvas);
    }

    fn bolt(&self, view: &View, (slot, start, flash): (i32, f32, f32), canvas: &mut [Rgb]) {
        let core = view.width.min(view.height) as f32 / 720.0;
        let mut x = start;
        let mut lean = 0.0;
        for row in 0..view.horizon.max(0.0) as i32 {
            let unit = unit2(row, slot, self.seed ^ 0x15) - 0.5;
            if row % 9 == 0 {
                lean = (unit2(row, slot, self.seed ^ 0x16) - 0.5) * 2.4;
            }
            x += lean + unit;
            for dx in -7..=7_i32 {
                let distance = dx as f32 / core.max(0.6);
                let glow =
                    (-(distance * distance) * 0.9).exp() + 0.12 * (-(distance.abs()) * 0.5).exp();
                let at = x.floor() + dx as f32;
                splat(
                    canvas,
                    view,
                    at,
                    row as f32,
                    rgb(2.2, 2.3, 2.8),
                    (glow * flash).min(1.0),
                );
            }
        }
    }
}

/// Mixes a colour into the pixel at a place, if that is in the picture.
#[inline]
fn splat(canvas: &mut [Rgb], view: &View, column: f32, row: f32, color: Rgb, amount: f32) {
    if column < 0.0 || row < 0.0 || amount <= 0.0 {
        return;
    }
    let (column, row) = (column as usize, row as usize);
    if column < view.width && row < view.height {
        let pixel = &mut canvas[column * view.height + row];
        *pixel = pixel.mix(color, amount.min(1.0));
    }
}
