//! Gradient noise and its sums. Pure functions of place and seed, so that every frame and every
//! thread sees the same world.

/// A number from 0 to 2³²−1 for a lattice point.
#[inline]
pub(super) fn hash2(x: i32, y: i32, seed: u32) -> u32 {
    let mut h = (x as u32)
        .wrapping_mul(0x8DA6_B343)
        .wrapping_add((y as u32).wrapping_mul(0xD816_3841))
        ^ seed.wrapping_mul(0xCB1A_B31F);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2C1B_3C6D);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297A_2D39);
    h ^ (h >> 15)
}

/// A number from 0 up to 1 for a lattice point.
#[inline]
pub(super) fn unit2(x: i32, y: i32, seed: u32) -> f32 {
    (hash2(x, y, seed) >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// The whole number at or below `value`, and the rest. `f32::floor` is a call into the C library
/// on processors of the oldest kind, for which the binary is built.
#[inline]
pub(super) fn split(value: f32) -> (i32, f32) {
    // A cast saturates; places are far below 2³¹.
    let whole = value as i32;
    let whole = whole.wrapping_sub(i32::from((whole as f32) > value));
    (whole, value - whole as f32)
}

/// The value and the two slopes of a noise at a place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sample {
    pub(super) value: f32,
    pub(super) dx: f32,
    pub(super) dy: f32,
}

/// The gradient at a lattice point whose coordinates were multiplied by the two odd numbers of
/// [`noise_slopes`]; a single multiplication, as most of the time to prepare a clip is spent here.
#[inline]
fn gradient(mixed: u32, seed: u32) -> (f32, f32) {
    let h = (mixed ^ seed).wrapping_mul(0x9E37_79B1);
    let h = (h ^ (h >> 15)).wrapping_mul(0x85EB_CA77);
    let gx = (h & 0xFFFF) as f32 * (2.0 / 65_535.0) - 1.0;
    let gy = (h >> 16) as f32 * (2.0 / 65_535.0) - 1.0;
    (gx, gy)
}

/// Gradient noise, about −1 to 1, one feature a unit, with its slopes.
#[inline]
#[expect(
    clippy::many_single_char_names,
    reason = "the corners a to d and the fades u and v are the names of the literature"
)]
pub(super) fn noise_slopes(x: f32, y: f32, seed: u32) -> Sample {
    let ((ix, fx), (iy, fy)) = (split(x), split(y));
    let left = (ix as u32).wrapping_mul(0x8DA6_B343);
    let right = left.wrapping_add(0x8DA6_B343);
    let near = (iy as u32).wrapping_mul(0xD816_3841);
    let far = near.wrapping_add(0xD816_3841);
    let salt = seed.wrapping_mul(0xCB1A_B31F);
    let (ax, ay) = gradient(left.wrapping_add(near), salt);
    let (bx, by) = gradient(right.wrapping_add(near), salt);
    let (cx, cy) = gradient(left.wrapping_add(far), salt);
    let (dx, dy) = gradient(right.wrapping_add(far), salt);
    let a = ax * fx + ay * fy;
    let b = bx * (fx - 1.0) + by * fy;
    let c = cx * fx + cy * (fy - 1.0);
    let d = dx * (fx - 1.0) + dy * (fy - 1.0);
    // Quintic fade: its second derivative is continuous, so that light shows no cell borders.
    let u = fx * fx * fx * (fx * (fx * 6.0 - 15.0) + 10.0);
    let v = fy * fy * fy * (fy * (fy * 6.0 - 15.0) + 10.0);
    let du = 30.0 * fx * fx * (fx * (fx - 2.0) + 1.0);
    let dv = 30.0 * fy * fy * (fy * (fy - 2.0) + 1.0);
    let k = a - b - c + d;
    let value = a + u * (b - a) + v * (c - a) + u * v * k;
    let slope_x =
        ax + u * (bx - ax) + v * (cx - ax) + u * v * (ax - bx - cx + dx) + du * (b - a + v * k);
    let slope_y =
        ay + u * (by - ay) + v * (cy - ay) + u * v * (ay - by - cy + dy) + dv * (c - a + u * k);
    // Gradients from a square of side 2 reach about 1/1.4.
    Sample {
        value: value * 1.4,
        dx: slope_x * 1.4,
        dy: slope_y * 1.4,
    }
}

/// Gradient noise, about −1 to 1.
#[inline]
pub(super) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    noise_slopes(x, y, seed).value
}

/// The next octave's place: turned by 36.87° and doubled, so that lattices never line up.
#[inline]
fn next_octave(x: f32, y: f32) -> (f32, f32) {
    (1.6 * x - 1.2 * y + 17.3, 1.2 * x + 1.6 * y - 9.1)
}

/// Sum of `octaves` noises, each half as large and twice as fine; about −1 to 1.
#[inline]
pub(super) fn fbm(mut x: f32, mut y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut amplitude) = (0.0, 0.5);
    for octave in 0..octaves {
        sum += amplitude * noise(x, y, seed.wrapping_add(octave));
        amplitude *= 0.5;
        (x, y) = next_octave(x, y);
    }
    sum
}

/// A sum whose fine octaves fade where the coarse ones are steep: valleys fill and ridges stay
/// sharp, as after erosion. About −1 to 1. After I. Quilez, "value noise derivatives" (2008).
#[inline]
pub(super) fn eroded(mut x: f32, mut y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut amplitude) = (0.0, 0.5);
    let (mut slope_x, mut slope_y) = (0.0, 0.0);
    for octave in 0..octaves {
        let sample = noise_slopes(x, y, seed.wrapping_add(octave));
        slope_x += sample.dx * 0.6;
        slope_y += sample.dy * 0.6;
        sum += amplitude * sample.value / (1.0 + slope_x * slope_x + slope_y * slope_y);
        amplitude *= 0.5;
        (x, y) = next_octave(x, y);
    }
    sum
}

/// A sum of folded noises with sharp crests; 0 to about 1.
#[inline]
pub(super) fn ridged(mut x: f32, mut y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut amplitude, mut weight) = (0.0, 0.5, 1.0);
    for octave in 0..octaves {
        let fold = 1.0 - noise(x, y, seed.wrapping_add(octave)).abs().min(1.0);
        let crest = fold * fold * weight;
        sum += amplitude * crest;
        weight = (crest * 1.6).min(1.0);
        amplitude *= 0.5;
        (x, y) = next_octave(x, y);
    }
    sum
}

/// 0 below `from`, 1 above `to`, smooth between.
#[inline]
pub(super) fn smoothstep(from: f32, to: f32, value: f32) -> f32 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[inline]
pub(super) fn lerp(from: f32, to: f32, share: f32) -> f32 {
    from + (to - from) * share
}

/// About e⁻ˣ for x ≥ 0, without a call into the C library.
#[inline]
pub(super) fn fade(x: f32) -> f32 {
    let part = 1.0 / (1.0 + x * (0.25 + x * 0.03125));
    let square = part * part;
    square * square
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_the_derivatives_of_the_value() {
        let step = 1e-3;
        for (x, y) in [(0.3, 0.7), (12.4, -3.6), (-7.9, 55.1)] {
            let here = noise_slopes(x, y, 7);
            let dx = (noise(x + step, y, 7) - noise(x - step, y, 7)) / (2.0 * step);
            let dy = (noise(x, y + step, 7) - noise(x, y - step, 7)) / (2.0 * step);
            assert!((here.dx - dx).abs() < 0.02, "{} {dx}", here.dx);
            assert!((here.dy - dy).abs() < 0.02, "{} {dy}", here.dy);
        }
    }

    #[test]
    fn noises_stay_near_their_range_and_differ_by_seed() {
        for i in 0..2000 {
            let (x, y) = (i as f32 * 0.37, i as f32 * -0.11);
            assert!(noise(x, y, 3).abs() < 1.5);
            assert!((-0.1..1.3).contains(&ridged(x, y, 6, 3)));
        }
        assert!((noise(0.4, 0.4, 1) - noise(0.4, 0.4, 2)).abs() > 1e-6);
    }
}
