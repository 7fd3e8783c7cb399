//! The glow that a lens puts around what is very bright.

use super::color::Rgb;

/// Pixels of the frame, in each direction, that one sample of the glow covers.
const COARSE: usize = 8;
/// How bright a pixel is before it glows.
const THRESHOLD: f32 = 0.95;
/// Samples that the glow reaches to each side, per pass; two passes make it round.
const REACH: usize = 3;

/// The glow of one frame, column by column.
#[derive(Debug, Default)]
pub(super) struct Bloom {
    samples: Vec<Rgb>,
    spare: Vec<Rgb>,
    columns: usize,
    rows: usize,
}

impl Bloom {
    /// Gathers the glow of a column-wise `canvas`.
    pub(super) fn gather(&mut self, canvas: &[Rgb], width: usize, height: usize) {
        self.clear(width, height);
        // Every second pixel of every second column is enough for a blur.
        for x in (0..width).step_by(2) {
            let pixels = &canvas[x * height..(x + 1) * height];
            let samples = &mut self.samples[x / COARSE * self.rows..];
            for (row, pixel) in pixels.iter().enumerate().step_by(2) {
                let over = pixel.luminance() - THRESHOLD;
                if over > 0.0 {
                    let kept = (over / (over + THRESHOLD)).min(0.75);
                    samples[row / COARSE] += *pixel * (kept * (4.0 / (COARSE * COARSE) as f32));
                }
            }
        }
        for _ in 0..2 {
            self.spare.clone_from(&self.samples);
            let (rows, columns) = (self.rows, self.columns);
            blur(&self.spare, &mut self.samples, (columns, rows), (1, rows));
            self.spare.clone_from(&self.samples);
            blur(&self.spare, &mut self.samples, (rows, columns), (rows, 1));
        }
    }

    /// Gathers nothing: a frame without glow.
    pub(super) fn clear(&mut self, width: usize, height: usize) {
        self.columns = width.div_ceil(COARSE) + 1;
        self.rows = height.div_ceil(COARSE) + 1;
        self.samples.clear();
        self.samples.resize(self.columns * self.rows, Rgb::BLACK);
    }

    /// The glow of every second pixel of column `x`, from the row `first` on, which is a multiple
    /// of 8.
    pub(super) fn read_down(&self, x: usize, first: usize, glow: &mut [Rgb]) {
        let at = x as f32 / COARSE as f32;
        let column = (at as usize).min(self.columns - 2);
        let share = at - column as f32;
        let left = &self.samples[column * self.rows..][..self.rows];
        let right = &self.samples[(column + 1) * self.rows..][..self.rows];
        let sample = |row: usize| {
            let row = row.min(self.rows - 1);
            left[row].mix(right[row], share)
        };
        let mut upper = sample(first / COARSE);
        for (step, four) in glow.chunks_mut(COARSE / 2).enumerate() {
            let lower = sample(first / COARSE + step + 1);
            for (part, value) in four.iter_mut().enumerate() {
                *value = upper.mix(lower, part as f32 * (2.0 / COARSE as f32));
            }
            upper = lower;
        }
    }
}

/// A running mean over `lines` lines of `length` samples, `step` apart in a line.
fn blur(
    from: &[Rgb],
    to: &mut [Rgb],
    (lines, length): (usize, usize),
    (step, line_step): (usize, usize),
) {
    let share = 1.0 / (2 * REACH + 1) as f32;
    for line in 0..lines {
        let at = |index: usize| line * line_step + index * step;
        for index in 0..length {
            let first = index.saturating_sub(REACH);
            let last = (index + REACH).min(length - 1);
            let mut sum = Rgb::BLACK;
            for other in first..=last {
                sum += from[at(other)];
            }
            to[at(index)] = sum * share;
        }
    }
}
