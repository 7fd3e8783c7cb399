//! From light to a picture: exposure, the film curve, the look of a style, and yuv420p.

use rayon::prelude::*;
use vita_model::FrameSize;

use super::color::{Rgb, rgb};
use super::noise::{hash2, smoothstep};
use super::palette::Light;
use super::scene::{Mood, Style};
use super::vocabulary::AnimaticPlan;

/// Entries of the film curve's table, over the square root of light up to [`CURVE_LIGHT_MAX`].
const CURVE_STEPS: usize = 4_096;
const CURVE_LIGHT_MAX: f32 = 16.0;
/// Rows that one task turns into a picture; even, for 4:2:0.
const BAND_ROWS: usize = 32;

/// How a clip is finished.
#[derive(Debug)]
pub(super) struct Grade {
    curve: Vec<f32>,
    exposure: f32,
    saturation: f32,
    /// How much darker the corners are.
    vignette: f32,
    grain: f32,
    style: Style,
    /// The picture's height without bars, as a share.
    open: f32,
    seed: u32,
}

impl Grade {
    pub(super) fn of(plan: &AnimaticPlan, light: &Light, size: FrameSize) -> Self {
        let contrast = match plan.mood {
            Mood::Epic => 1.1,
            Mood::Dreamy | Mood::Calm => 0.95,
            _ => 1.0,
        };
        let mut saturation = match plan.mood {
            Mood::Vibrant => 1.28,
            Mood::Dark | Mood::Dreamy => 0.86,
            _ => 1.06,
        };
        let (style_saturation, vignette, grain) = match plan.style {
            Style::Natural => (1.0, 0.2, 0.6),
            Style::Cinematic => (0.94, 0.3, 1.0),
            Style::Watercolor => (0.85, 0.0, 0.4),
            Style::Noir => (0.0, 0.42, 2.6),
            Style::Retro => (0.72, 0.34, 2.4),
        };
        saturation *= style_saturation;
        let is_wide = size.width > size.height;
        Self {
            curve: film_curve(contrast),
            exposure: light.exposure,
            saturation,
            vignette,
            grain,
            style: plan.style,
            open: if plan.style == Style::Cinematic && is_wide {
                size.width as f32 / size.height as f32 / 2.39
            } else {
                1.0
            },
            seed: plan.world_seed() as u32,
        }
    }

    #[inline]
    fn shape(&self, light: f32) -> f32 {
        let at = (light.max(0.0) / CURVE_LIGHT_MAX).sqrt() * (CURVE_STEPS - 1) as f32;
        self.curve[(at as usize).min(CURVE_STEPS - 1)]
    }

    /// A pixel's picture values, 0 to 1, not linear any more.
    #[inline]
    fn develop(&self, light: Rgb, corner: f32) -> Rgb {
        let exposed = light * (self.exposure * (1.0 - self.vignette * corner));
        let picture = rgb(
            self.shape(exposed.r),
            self.shape(exposed.g),
            self.shape(exposed.b),
        );
        let grey = picture.luminance();
        let colored = rgb(grey, grey, grey).mix(picture, self.saturation);
        match self.style {
            Style::Natural | Style::Noir => colored,
            // Warm lights, cool shadows.
            Style::Cinematic => {
                let lift = (grey - 0.45) * 0.09;
                rgb(colored.r + lift, colored.g + lift * 0.15, colored.b - lift)
            }
            Style::Watercolor => {
                let wash = |value: f32| 0.1 + 0.9 * value;
                rgb(wash(colored.r), wash(colored.g), wash(colored.b) * 0.97)
            }
            Style::Retro => rgb(
                0.07 + 0.93 * colored.r,
                0.06 + 0.88 * colored.g,
                0.1 + 0.76 * colored.b,
            ),
        }
    }

    /// Turns the column-wise `canvas` into yuv420p of limited range after BT.709, into `out`.
    pub(super) fn develop_frame(
        &self,
        canvas: &[Rgb],
        size: FrameSize,
        frame: u32,
        out: &mut Vec<u8>,
    ) {
        let (width, height) = (size.width as usize, size.height as usize);
        let luma_len = width * height;
        out.resize(luma_len * 3 / 2, 0);
        let (luma, chroma) = out.split_at_mut(luma_len);
        let (blue, red) = chroma.split_at_mut(luma_len / 4);
        luma.par_chunks_mut(width * BAND_ROWS)
            .zip(blue.par_chunks_mut(width / 2 * (BAND_ROWS / 2)))
            .zip(red.par_chunks_mut(width / 2 * (BAND_ROWS / 2)))
            .enumerate()
            .for_each(|(band, ((luma, blue), red))| {
                let planes = Planes { luma, blue, red };
                self.develop_band(canvas, size, (band * BAND_ROWS, frame), planes);
            });
    }

    fn develop_band(
        &self,
        canvas: &[Rgb],
        size: FrameSize,
        (first_row, frame): (usize, u32),
        planes: Planes<'_>,
    ) {
        let (width, height) = (size.width as usize, size.height as usize);
        let rows = planes.luma.len() / width;
        let bar = (1.0 - self.open) * 0.5 * height as f32;
        let (half_width, half_height) = (width as f32 * 0.5, height as f32 * 0.5);
        for column in (0..width).step_by(2) {
            let off_x = (column as f32 - half_width) / half_width;
            for row in (0..rows).step_by(2) {
                let y = first_row + row;
                let off_y = (y as f32 - half_height) / half_height;
                let corner = smoothstep(0.35, 1.9, off_x * off_x + off_y * off_y);
                let open =
                    ((y as f32 - bar).min(height as f32 - bar - y as f32) + 1.0).clamp(0.0, 1.0);
                let (mut sum_blue, mut sum_red) = (0.0, 0.0);
                for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    let light = canvas[(column + dx) * height + y + dy];
                    let color = self.develop(light, corner) * open;
                    let luma = color.luminance();
                    sum_blue += color.b - luma;
                    sum_red += color.r - luma;
                    let noise = self.dither(column + dx, y + dy, frame) * open.max(0.3);
                    let value = 16.0 + 219.0 * luma + noise;
                    planes.luma[(row + dy) * width + column + dx] =
                        (value + 0.5).clamp(16.0, 235.0) as u8;
                }
                // BT.709: Cb = (B−Y)/1.8556, Cr = (R−Y)/1.5748; here for a mean of four.
                let dither = self.dither(column, y, frame ^ 0x55) * 0.5;
                let to_byte = |sum: f32, divisor: f32| {
                    (128.5 + dither + 224.0 * 0.25 * sum / divisor).clamp(16.0, 240.0) as u8
                };
                let at = row / 2 * (width / 2) + column / 2;
                planes.blue[at] = to_byte(sum_blue, 1.8556);
                planes.red[at] = to_byte(sum_red, 1.5748);
            }
        }
    }

    /// Hides the steps of eight bits, and is the grain of a film style.
    #[inline]
    fn dither(&self, x: usize, y: usize, frame: u32) -> f32 {
        let bits = hash2(
            x as i32,
            y as i32,
            self.seed ^ frame.wrapping_mul(0x9E37_79B9),
        );
        let triangle = (bits & 0xFFFF) as f32 + (bits >> 16) as f32 - 65_535.0;
        triangle * (self.grain / 65_535.0)
    }
}

struct Planes<'a> {
    luma: &'a mut [u8],
    blue: &'a mut [u8],
    red: &'a mut [u8],
}

/// Light to picture values. After K. Narkowicz, "ACES filmic tone mapping curve" (2016), then the
/// transfer function of BT.709.
fn film_curve(contrast: f32) -> Vec<f32> {
    (0..CURVE_STEPS)
        .map(|step| {
            let root = step as f32 / (CURVE_STEPS - 1) as f32;
            let light = root * root * CURVE_LIGHT_MAX;
            let light = light * 0.72;
            let film = (light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14);
            let film = film.clamp(0.0, 1.0);
            let shown = if film <= 0.0181 {
                film * 4.5
            } else {
                1.0993 * film.powf(0.45) - 0.0993
            };
            ((shown - 0.42) * contrast + 0.42).clamp(0.0, 1.0)
        })
        .collect()
}
