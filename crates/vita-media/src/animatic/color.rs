//! Colours in linear light, with the few operations that pictures need.

use std::ops::{Add, AddAssign, Mul};
use std::sync::LazyLock;

/// Red, green and blue in linear light; 1 is the white of a sheet of paper in daylight.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rgb {
    pub(super) r: f32,
    pub(super) g: f32,
    pub(super) b: f32,
}

/// A colour from linear components.
pub(super) const fn rgb(r: f32, g: f32, b: f32) -> Rgb {
    Rgb { r, g, b }
}

/// Light for every byte of sRGB. Land asks for colours by the million.
static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let value = byte as f32 / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    })
});

/// A colour from its usual hexadecimal sRGB notation.
pub(super) fn hex(code: u32) -> Rgb {
    let linear = |shift: u32| LINEAR[(code >> shift & 0xFF) as usize];
    rgb(linear(16), linear(8), linear(0))
}

impl Rgb {
    pub(super) const BLACK: Self = rgb(0.0, 0.0, 0.0);

    #[inline]
    pub(super) fn mix(self, other: Self, share: f32) -> Self {
        self * (1.0 - share) + other * share
    }

    #[inline]
    pub(super) fn tint(self, other: Self) -> Self {
        rgb(self.r * other.r, self.g * other.g, self.b * other.b)
    }

    /// Rec. 709 luminance.
    #[inline]
    pub(super) fn luminance(self) -> f32 {
        0.2126 * self.r + 0.7152 * self.g + 0.0722 * self.b
    }

    /// Moves towards grey (below 1) or away from it (above 1).
    pub(super) fn saturate(self, amount: f32) -> Self {
        let grey = self.luminance();
        let grey = rgb(grey, grey, grey);
        let mixed = grey.mix(self, amount);
        rgb(mixed.r.max(0.0), mixed.g.max(0.0), mixed.b.max(0.0))
    }
}

impl Add for Rgb {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        rgb(self.r + other.r, self.g + other.g, self.b + other.b)
    }
}

impl AddAssign for Rgb {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<f32> for Rgb {
    type Output = Self;
    #[inline]
    fn mul(self, factor: f32) -> Self {
        rgb(self.r * factor, self.g * factor, self.b * factor)
    }
}

/// A colour in four bytes: ten bits a component, of the square root, up to [`PACKED_MAX`].
///
/// Ten bits of a square root keep dark slopes smooth, and interpolating square roots looks more
/// even than interpolating light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PackedRgb(u32);

/// The brightest packed component.
const PACKED_MAX: f32 = 4.0;
const PACKED_SCALE: f32 = 1023.0 / 2.0;

impl PackedRgb {
    #[inline]
    pub(super) fn pack(color: Rgb) -> Self {
        let part = |value: f32| (value.clamp(0.0, PACKED_MAX).sqrt() * PACKED_SCALE + 0.5) as u32;
        Self(part(color.r) << 20 | part(color.g) << 10 | part(color.b))
    }

    /// The square roots of the components, in 0 to 1023/2.
    #[inline]
    pub(super) fn roots(self) -> Rgb {
        rgb(
            (self.0 >> 20) as f32,
            ((self.0 >> 10) & 1023) as f32,
            (self.0 & 1023) as f32,
        )
    }

    /// The colour of interpolated [`Self::roots`].
    #[inline]
    pub(super) fn square(roots: Rgb) -> Rgb {
        let scaled = roots * (1.0 / PACKED_SCALE);
        scaled.tint(scaled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_keeps_colours_within_a_step() {
        for color in [rgb(0.0, 0.5, 1.0), rgb(3.9, 0.01, 0.2), hex(0x00C8_9632)] {
            let back = PackedRgb::square(PackedRgb::pack(color).roots());
            assert!((back.r - color.r).abs() < 0.01, "{back:?} {color:?}");
            assert!((back.g - color.g).abs() < 0.01, "{back:?} {color:?}");
            assert!((back.b - color.b).abs() < 0.01, "{back:?} {color:?}");
        }
    }
}
