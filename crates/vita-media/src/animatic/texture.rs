use rayon::prelude::*;

use super::noise::{hash2, lerp, split};

/// A square of noise that repeats without a seam: clouds, ripples and mist are read from it, which
/// costs a tenth of computing the noise. `SIDE` samples a side, a power of two, so that wrapping is a
/// mask; what is read at places far apart should have few, to stay in the processor's cache.
#[derive(Debug)]
pub(super) struct TiledNoise<const SIDE: usize = 512> {
    samples: Vec<f32>,
}

impl<const SIDE: usize> TiledNoise<SIDE> {
    const MASK: i32 = SIDE as i32 - 1;

    /// Sums `octaves` noises, the coarsest with `cells` features a side; 0 to about 1.
    pub(super) fn new(cells: u32, octaves: u32, seed: u32) -> Self {
        let mut samples = vec![0.0; SIDE * SIDE];
        samples
            .par_chunks_mut(SIDE)
            .enumerate()
            .for_each(|(row, line)| {
                for (column, sample) in line.iter_mut().enumerate() {
                    let scale = 1.0 / SIDE as f32;
                    let place = (column as f32 * scale, row as f32 * scale);
                    *sample = tiled_sum(place, cells, octaves, seed);
                }
            });
        Self { samples }
    }

    /// The value at a place, one tile a unit.
    #[inline]
    pub(super) fn at(&self, u: f32, v: f32) -> f32 {
        let ((ix, fx), (iy, fy)) = (split(u * SIDE as f32), split(v * SIDE as f32));
        let read = |x: i32, y: i32| {
            self.samples[((y & Self::MASK) as usize) * SIDE + (x & Self::MASK) as usize]
        };
        let top = lerp(read(ix, iy), read(ix.wrapping_add(1), iy), fx);
        let bottom = lerp(
            read(ix, iy.wrapping_add(1)),
            read(ix.wrapping_add(1), iy.wrapping_add(1)),
            fx,
        );
        lerp(top, bottom, fy)
    }
}

fn tiled_sum((u, v): (f32, f32), cells: u32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut amplitude, mut period) = (0.0, 0.5, cells as i32);
    for octave in 0..octaves {
        let (x, y) = (u * period as f32, v * period as f32);
        sum += amplitude * tiled_noise(x, y, period, seed.wrapping_add(octave));
        amplitude *= 0.5;
        period *= 2;
    }
    0.5 + sum * 0.9
}

fn tiled_noise(x: f32, y: f32, period: i32, seed: u32) -> f32 {
    let (fx, fy) = (x.fract(), y.fract());
    let (ix, iy) = (x as i32, y as i32);
    let corner = |cx: i32, cy: i32, dx: f32, dy: f32| {
        let h = hash2((ix + cx) % period, (iy + cy) % period, seed);
        let gx = (h & 0xFFFF) as f32 * (2.0 / 65_535.0) - 1.0;
        let gy = (h >> 16) as f32 * (2.0 / 65_535.0) - 1.0;
        gx * dx + gy * dy
    };
    let u = fx * fx * fx * (fx * (fx * 6.0 - 15.0) + 10.0);
    let v = fy * fy * fy * (fy * (fy * 6.0 - 15.0) + 10.0);
    let top = lerp(corner(0, 0, fx, fy), corner(1, 0, fx - 1.0, fy), u);
    let bottom = lerp(
        corner(0, 1, fx, fy - 1.0),
        corner(1, 1, fx - 1.0, fy - 1.0),
        u,
    );
    lerp(top, bottom, v) * 1.4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tile_has_no_seam() {
        let tile = TiledNoise::<256>::new(4, 5, 9);
        for i in 0..50 {
            let v = i as f32 * 0.037;
            assert!((tile.at(0.999_99, v) - tile.at(1.000_01, v)).abs() < 0.02);
            assert!((tile.at(v, 0.999_99) - tile.at(v, 1.000_01)).abs() < 0.02);
        }
    }
}
