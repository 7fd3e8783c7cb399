//! From light to a picture: exposure, the film curve, the look of a style, and yuv420p.

use rayon::prelude::*;
use vita_model::FrameSize;

use super::bloom::Bloom;
use super::color::{Rgb, rgb};
use super::noise::{hash2, smoothstep, split};
use super::palette::Light;
use super::scene::{Mood, Style};
use super::vocabulary::AnimaticPlan;

/// Rows that one task turns into a picture; even, for 4:2:0.
const BAND_ROWS: usize = 32;
/// Samples a side of the table of dither; a power of two.
const DITHER_SIDE: usize = 128;
const DITHER_LEN: usize = DITHER_SIDE * DITHER_SIDE;

/// How a clip is finished.
#[derive(Debug)]
pub(super) struct Grade {
    curve: FilmCurve,
    exposure: f32,
    /// From picture values to Y, Cb and Cr in bytes, each with its offset.
    to_bytes: [[f32; 4]; 3],
    /// How much darker the corners are.
    vignette: f32,
    /// Hides the steps of eight bits, and is the grain of a film style.
    dither: Box<[f32; DITHER_LEN]>,
    /// Grain of paper stands still; that of film does not.
    is_paper: bool,
    /// How strong the glow of bright things is.
    glow: f32,
    /// The picture's height without bars, as a share.
    open: f32,
}

impl Grade {
    pub(super) fn of(plan: &AnimaticPlan, light: &Light, size: FrameSize) -> Self {
        let contrast = match plan.mood {
            Mood::Epic => 1.1,
            Mood::Dreamy | Mood::Calm => 0.97,
            _ => 1.0,
        };
        let (vignette, grain) = match plan.style {
            Style::Natural => (0.2, 0.6),
            Style::Cinematic => (0.3, 1.0),
            Style::Watercolor => (0.0, 3.2),
            Style::Noir => (0.42, 2.6),
            Style::Retro => (0.34, 2.4),
        };
        let is_wide = size.width > size.height;
        Self {
            curve: FilmCurve::new(contrast, plan.style),
            is_paper: plan.style == Style::Watercolor,
            exposure: light.exposure,
            to_bytes: byte_matrix(plan),
            vignette,
            glow: match plan.mood {
                Mood::Dreamy => 1.1,
                Mood::Epic | Mood::Vibrant => 0.6,
                _ => 0.45,
            },
            dither: dither_table(grain, plan.world_seed() as u32),
            open: if plan.style == Style::Cinematic && is_wide {
                size.width as f32 / size.height as f32 / 2.39
            } else {
                1.0
            },
        }
    }

    /// Turns the column-wise `canvas` into yuv420p of limited range after BT.709, into `out`.
    pub(super) fn develop_frame(
        &self,
        (canvas, bloom): (&[Rgb], &Bloom),
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
                let first_row = band * BAND_ROWS;
                let mut planes = Planes { luma, blue, red };
                self.develop_band(
                    (canvas, bloom),
                    (width, height),
                    (first_row, frame),
                    &mut planes,
                );
            });
    }

    fn develop_band(
        &self,
        (canvas, bloom): (&[Rgb], &Bloom),
        (width, height): (usize, usize),
        (first_row, frame): (usize, u32),
        planes: &mut Planes<'_>,
    ) {
        let rows = planes.luma.len() / width;
        let shift = if self.is_paper {
            0
        } else {
            hash2(frame as i32, 7, 0x0D17) as usize
        };
        let [to_luma, to_blue, to_red] = self.to_bytes;
        let row_facts: Vec<RowFacts> = (0..rows / 2)
            .map(|pair| self.row_facts(first_row + 2 * pair, height, shift))
            .collect();
        let mut glow = [Rgb::BLACK; BAND_ROWS / 2];
        for column in (0..width).step_by(2) {
            let off_x = column as f32 / (width as f32 * 0.5) - 1.0;
            let off_x = off_x * off_x - 0.35;
            let (left, right) = canvas[column * height..].split_at(height);
            let left = left[first_row..].chunks_exact(2);
            let right = right[first_row..height].chunks_exact(2);
            bloom.read_down(column, first_row, &mut glow);
            let shift_x = (column + shift) % DITHER_SIDE;
            let pairs = left.zip(right).zip(&row_facts).zip(&glow).enumerate();
            for (pair, (((left, right), facts), glow)) in pairs {
                let corner = ((off_x + facts.off) * 0.64).clamp(0.0, 1.0);
                let gain = self.exposure * (1.0 - self.vignette * corner * corner);
                let glow = *glow * self.glow;
                let develop = |light: Rgb| self.curve.develop((light + glow) * gain);
                let square = [left[0], right[0], left[1], right[1]].map(develop);
                let at = facts.dither + shift_x;
                let luma_at = pair * 2 * width + column;
                for (index, picture) in square.into_iter().enumerate() {
                    let (dx, dy) = (index & 1, index >> 1);
                    let dither = self.dither[(at + dy * DITHER_SIDE + dx) % DITHER_LEN];
                    let value = apply(to_luma, picture) + dither;
                    let value = 16.5 + (value - 16.5) * facts.open;
                    planes.luma[luma_at + dy * width + dx] = value.clamp(16.0, 235.0) as u8;
                }
                let mean = (square[0] + square[1] + square[2] + square[3]) * 0.25;
                let dither = self.dither[at % DITHER_LEN] * 0.5;
                let at = pair * (width / 2) + column / 2;
                let bound =
                    |value: f32| (128.5 + (value - 128.5) * facts.open).clamp(16.0, 240.0) as u8;
                planes.blue[at] = bound(apply(to_blue, mean) + dither);
                planes.red[at] = bound(apply(to_red, mean) - dither);
            }
        }
    }

    fn row_facts(&self, y: usize, height: usize, shift: usize) -> RowFacts {
        let bar = (1.0 - self.open) * 0.5 * height as f32;
        let off = y as f32 / (height as f32 * 0.5) - 1.0;
        let edge = (y as f32 - bar).min(height as f32 - bar - y as f32) + 1.0;
        RowFacts {
            off: off * off,
            open: edge.clamp(0.0, 1.0),
            dither: (y + (shift >> 8)) % DITHER_SIDE * DITHER_SIDE,
        }
    }
}

/// What all pixels of two rows share.
#[derive(Clone, Copy)]
struct RowFacts {
    /// The square of the distance from the middle, 1 at the edge.
    off: f32,
    /// 0 under a bar, 1 in the picture.
    open: f32,
    /// Where the rows' dither begins.
    dither: usize,
}

struct Planes<'a> {
    luma: &'a mut [u8],
    blue: &'a mut [u8],
    red: &'a mut [u8],
}

#[inline]
fn apply(row: [f32; 4], color: Rgb) -> f32 {
    row[0] * color.r + row[1] * color.g + row[2] * color.b + row[3]
}

/// A table of zeroes that never was on the stack. Its length is in its type, so that an index that
/// was brought below it needs no check.
#[expect(
    clippy::unnecessary_box_returns,
    reason = "the tables are too large for the stack"
)]
fn zeroes<const LEN: usize>() -> Box<[f32; LEN]> {
    let table: Result<Box<[f32; LEN]>, _> = vec![0.0; LEN].into_boxed_slice().try_into();
    table.expect("the vector has the length of the array")
}

fn dither_table(grain: f32, seed: u32) -> Box<[f32; DITHER_LEN]> {
    let mut table = zeroes::<DITHER_LEN>();
    for (index, value) in table.iter_mut().enumerate() {
        let bits = hash2(index as i32, 5, seed);
        let triangle = (bits & 0xFFFF) as f32 + (bits >> 16) as f32 - 65_535.0;
        *value = triangle * (grain / 65_535.0);
    }
    table
}

/// The mood's and the style's colours and BT.709 (limited range) as one step. All of them are
/// affine, so that a pixel costs three sums whatever its style.
fn byte_matrix(plan: &AnimaticPlan) -> [[f32; 4]; 3] {
    let mood_saturation = match plan.mood {
        Mood::Vibrant => 1.28,
        Mood::Dark | Mood::Dreamy => 0.88,
        _ => 1.06,
    };
    // A grey's gain and the three offsets; how much of the colour is kept; how warm lights and cool
    // shadows become.
    let (gain, offset, saturation, split_tone) = match plan.style {
        Style::Natural => (rgb(1.0, 1.0, 1.0), Rgb::BLACK, 1.0, 0.0),
        Style::Cinematic => (rgb(1.0, 1.0, 1.0), Rgb::BLACK, 0.94, 0.09),
        Style::Watercolor => (rgb(0.88, 0.88, 0.84), rgb(0.12, 0.115, 0.1), 0.85, 0.0),
        Style::Noir => (rgb(1.0, 1.0, 1.0), Rgb::BLACK, 0.0, 0.0),
        Style::Retro => (rgb(0.93, 0.88, 0.76), rgb(0.07, 0.06, 0.1), 0.72, 0.0),
    };
    let luma = [0.2126, 0.7152, 0.0722];
    let kept = mood_saturation * saturation;
    let tone = [split_tone, split_tone * 0.15, -split_tone];
    let gains = [gain.r, gain.g, gain.b];
    let offsets = [offset.r, offset.g, offset.b];
    let mut styled = [[0.0; 4]; 3];
    for part in 0..3 {
        for source in 0..3 {
            let own = if part == source { kept } else { 0.0 };
            styled[part][source] = (own + (1.0 - kept + tone[part]) * luma[source]) * gains[part];
        }
        styled[part][3] = offsets[part] - 0.45 * tone[part];
    }
    // BT.709: Cb = (B−Y)/1.8556, Cr = (R−Y)/1.5748.
    let weights = [
        (219.0, luma, 16.5),
        (224.0 / 1.8556, [-luma[0], -luma[1], 1.0 - luma[2]], 128.5),
        (224.0 / 1.5748, [1.0 - luma[0], -luma[1], -luma[2]], 128.5),
    ];
    weights.map(|(scale, weight, base)| {
        let mut row = [0.0; 4];
        for (source, value) in row.iter_mut().enumerate() {
            *value = scale
                * (0..3)
                    .map(|part| weight[part] * styled[part][source])
                    .sum::<f32>();
        }
        row[3] += base;
        row
    })
}

/// Light to picture values, 0 to 1, by a table over the upper bits of the light's float: 256 steps
/// for every doubling, and no root to compute.
#[derive(Debug)]
struct FilmCurve {
    table: Box<[f32; CURVE_LEN]>,
}

const CURVE_SHIFT: u32 = 15;
/// 2⁻¹⁴ and 2⁴: below is black, above is white.
const CURVE_FIRST: u32 = 0x3880_0000 >> CURVE_SHIFT;
const CURVE_LAST: u32 = 0x4180_0000 >> CURVE_SHIFT;
const CURVE_LEN: usize = (CURVE_LAST - CURVE_FIRST) as usize + 1;

impl FilmCurve {
    fn new(contrast: f32, style: Style) -> Self {
        let mut table = zeroes::<CURVE_LEN>();
        for (upper, value) in (CURVE_FIRST..).zip(table.iter_mut()) {
            let light = f32::from_bits((upper << CURVE_SHIFT) + (1 << (CURVE_SHIFT - 1)));
            let shown = film(light, contrast);
            *value = if style == Style::Watercolor {
                wash(shown)
            } else {
                shown
            };
        }
        Self { table }
    }

    #[inline]
    fn develop(&self, light: Rgb) -> Rgb {
        rgb(
            self.shape(light.r),
            self.shape(light.g),
            self.shape(light.b),
        )
    }

    #[inline]
    fn shape(&self, light: f32) -> f32 {
        let upper = light.max(0.0).to_bits() >> CURVE_SHIFT;
        self.table[(upper.saturating_sub(CURVE_FIRST) as usize).min(CURVE_LEN - 1)]
    }
}

/// A wash of watercolour: few tones with soft borders.
fn wash(shown: f32) -> f32 {
    const TONES: f32 = 7.0;
    let (tone, within) = split(shown * TONES);
    let stepped = (tone as f32 + smoothstep(0.3, 0.7, within)) / TONES;
    shown + (stepped - shown) * 0.75
}

/// After K. Narkowicz, "ACES filmic tone mapping curve" (2016), then the transfer function of
/// BT.709.
pub(super) fn film(light: f32, contrast: f32) -> f32 {
    let light = light * 0.72;
    let film = (light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14);
    let film = film.clamp(0.0, 1.0);
    let shown = if film <= 0.0181 {
        film * 4.5
    } else {
        1.0993 * film.powf(0.45) - 0.0993
    };
    ((shown - 0.42) * contrast + 0.42).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_film_curve_rises_from_black_to_white() {
        let curve = FilmCurve::new(1.0, Style::Natural);
        let steps: Vec<f32> = (0..=200)
            .map(|step| curve.shape(step as f32 * 0.08))
            .collect();
        assert!(steps.is_sorted());
        assert!(steps[0] < 0.01 && steps[200] > 0.97);
        assert!(curve.shape(f32::NAN) <= 1.0);
    }

    #[test]
    fn grey_has_no_colour_in_a_natural_picture() {
        let [luma, blue, red] = byte_matrix(&AnimaticPlan::parse("hills", 1));
        let grey = rgb(0.5, 0.5, 0.5);
        assert!((apply(luma, grey) - 126.0).abs() < 0.1);
        assert!((apply(blue, grey) - 128.5).abs() < 0.1);
        assert!((apply(red, grey) - 128.5).abs() < 0.1);
    }
}
