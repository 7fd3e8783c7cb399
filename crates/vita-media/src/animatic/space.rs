//! A planet before stars and a nebula.

use super::camera::View;
use super::color::{Rgb, hex, rgb};
use super::noise::{hash2, lerp, noise, smoothstep, unit2};
use super::sky::{Backdrop, Mark};
use super::texture::TiledNoise;

/// A part of space. Lengths are parts of the focal length, around the picture's middle.
#[derive(Debug)]
pub(super) struct Space {
    clouds: TiledNoise,
    detail: TiledNoise,
    hues: [Rgb; 3],
    planet: Planet,
    stars: Vec<SpaceStar>,
}

#[derive(Debug)]
struct Planet {
    center: (f32, f32),
    radius: f32,
    light: [f32; 3],
    has_ring: bool,
    is_gas: bool,
    colors: [Rgb; 4],
    air: Rgb,
    surface: TiledNoise,
}

#[derive(Clone, Copy, Debug)]
struct SpaceStar {
    x: f32,
    y: f32,
    far: f32,
    brightness: f32,
    color: Rgb,
}

const STARS: i32 = 1_500;

impl Space {
    pub(super) fn new(seed: u64) -> Self {
        let salt = (seed >> 24) as u32;
        let side = if seed & 2 == 0 { 1.0 } else { -1.0 };
        let nebulas = [
            [0x2A_4C_8C, 0x8C_3A_6E, 0xE8_9A_5C],
            [0x1C_5A_6E, 0x3A_3A_8C, 0xC8_6A_8A],
            [0x6E_2A_3A, 0x2A_3A_7C, 0xF0_B0_60],
            [0x24_6A_5C, 0x2C_3C_80, 0xD8_C0_80],
        ];
        let hues = nebulas[(salt % 4) as usize].map(hex);
        Self {
            clouds: TiledNoise::new(4, 7, salt ^ 1),
            detail: TiledNoise::new(8, 6, salt ^ 2),
            planet: Planet::new(salt, side),
            stars: make_stars(salt),
            hues,
        }
    }

    fn place(view: &View, x: f32, y: f32) -> (f32, f32) {
        let across = view.across(x) + view.yaw + view.x * 0.012;
        (across, (y - view.horizon) / view.focal)
    }

    fn nebula(&self, x: f32, y: f32) -> Rgb {
        let bend = self.detail.at(x * 0.3 + 0.1, y * 0.3) - 0.5;
        let (u, v) = (x * 0.28 + bend * 0.16, y * 0.28 - bend * 0.12);
        let body = self.clouds.at(u + 0.3, v + 0.7);
        let dust = self.detail.at(u * 1.7, v * 1.7 + bend * 0.4);
        let other = self.clouds.at(u * 0.6 + 0.55, v * 0.6 + 0.1);
        let thick = smoothstep(0.34, 0.74, body);
        let lane = 1.0 - 0.75 * smoothstep(0.5, 0.68, dust);
        let base = self.hues[0].mix(self.hues[1], smoothstep(0.36, 0.64, other));
        let core = smoothstep(0.52, 0.82, body) * smoothstep(0.38, 0.62, other);
        let glow = base * (0.55 * thick) + self.hues[2] * (0.9 * core);
        rgb(0.004, 0.005, 0.011) + self.hues[0] * 0.03 + glow * lane
    }

    /// Draws the planet over the backdrop of a column. `time` is in seconds.
    pub(super) fn draw_planet(&self, view: &View, x: usize, time: f32, pixels: &mut [Rgb]) {
        let planet = &self.planet;
        let grown = planet.radius * (1.0 + view.z * 0.05);
        let unit = 1.0 / grown;
        let step = unit / view.focal;
        let (at_x, first_y) = Self::place(view, x as f32 + 0.5, 0.5);
        let dx = (at_x - planet.center.0) * unit;
        if dx.abs() > 2.6 {
            return;
        }
        for (row, pixel) in pixels.iter_mut().enumerate() {
            let dy = (first_y - planet.center.1) * unit + row as f32 * step;
            let distance = (dx * dx + dy * dy).sqrt();
            if distance > 2.6 {
                continue;
            }
            let disc = ((1.0 - distance) / step + 0.5).clamp(0.0, 1.0);
            let mut color = *pixel;
            // Air around the disc, on the day side.
            let day = (dx * planet.light[0] + dy * planet.light[1] + 0.25).max(0.0);
            let halo = (-(distance - 1.0).max(0.0) * 26.0).exp() * day.min(1.0);
            color += planet.air * (halo * 0.5 * (1.0 - disc));
            if disc > 0.0 {
                color = color.mix(planet.shade(dx, dy, time), disc);
            }
            if planet.has_ring {
                color = planet.ring(dx, dy, color);
            }
            *pixel = color;
        }
    }
}

impl Backdrop for Space {
    fn look(&self, view: &View, x: f32, y: f32, _time: f32) -> (Rgb, f32) {
        let (at_x, at_y) = Self::place(view, x, y);
        (self.nebula(at_x, at_y), 1.0)
    }

    fn marks(&self, view: &View, time: f32, marks: &mut Vec<Mark>) {
        let scale = view.width.min(view.height) as f32 / 720.0;
        for star in &self.stars {
            let grow = 1.0 + view.z * 0.05 * (1.0 - star.far);
            let x = (star.x * grow - view.yaw - view.x * 0.012 * (1.4 - star.far)) * view.focal
                + view.width as f32 * 0.5;
            let y = star.y * grow * view.focal + view.horizon;
            let twinkle = 0.88 + 0.12 * (time * 2.0 + star.x * 90.0).sin();
            marks.push(Mark {
                x,
                y,
                radius: (0.5 + 1.0 * star.brightness) * scale.max(0.75),
                color: star.color * (star.brightness * star.brightness * 1.9 * twinkle),
                is_moon: false,
            });
        }
    }
}

fn make_stars(seed: u32) -> Vec<SpaceStar> {
    (0..STARS)
        .map(|index| {
            let unit = |salt: u32| unit2(index, 9, seed ^ salt);
            let warmth = unit(4);
            SpaceStar {
                x: (unit(1) - 0.5) * 2.6,
                y: (unit(2) - 0.5) * 2.6,
                far: unit(5),
                brightness: 0.2 + 0.25 * unit(3) + 0.75 * unit(3).powi(22),
                color: rgb(0.72, 0.84, 1.0).mix(rgb(1.0, 0.8, 0.6), warmth * warmth),
            }
        })
        .collect()
}

impl Planet {
    fn new(seed: u32, side: f32) -> Self {
        let unit = |salt: u32| unit2(salt as i32, 13, seed);
        let kinds = [
            ([0x0E_2A_50, 0x16_4A_78, 0x4A_6A_3A, 0x9A_8A_5A], 0x5C_A8_FF),
            ([0x7A_4A_2A, 0xB4_7A_4A, 0xD8_B0_80, 0xE8_D0_A8], 0xF0_C0_88),
            ([0x5A_24_18, 0x9A_48_28, 0xC0_70_40, 0xD8_A0_70], 0xF0_90_60),
            ([0x1A_3A_5A, 0x3A_70_8A, 0x88_B0_B8, 0xD0_E0_E0], 0x90_D8_F0),
        ];
        let kind = hash2(3, 5, seed) as usize % kinds.len();
        let (colors, air) = kinds[kind];
        let length = |v: [f32; 3]| {
            let size = (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
            v.map(|part| part / size)
        };
        Self {
            center: (side * lerp(0.16, 0.26, unit(1)), lerp(0.0, 0.06, unit(2))),
            radius: lerp(0.12, 0.17, unit(3)),
            light: length([-side * 0.8, -0.42, 0.38]),
            has_ring: kind == 1 || kind == 3,
            is_gas: kind == 1 || kind == 3,
            colors: colors.map(hex),
            air: hex(air),
            surface: TiledNoise::new(6, 7, seed ^ 0x4D),
        }
    }

    /// The colour of the disc at a point, the radius being 1.
    fn shade(&self, dx: f32, dy: f32, time: f32) -> Rgb {
        let depth = (1.0 - dx * dx - dy * dy).max(0.0).sqrt();
        // The axis leans a little.
        let (sin, cos) = (0.36_f32).sin_cos();
        let (tilted_x, tilted_y) = (dx * cos - dy * sin, dx * sin + dy * cos);
        let longitude = tilted_x.atan2(depth) / std::f32::consts::TAU + time * 0.004;
        let latitude = tilted_y.clamp(-1.0, 1.0).asin() / std::f32::consts::PI;
        let facing = dx * self.light[0] + dy * self.light[1] + depth * self.light[2];
        let surface = if self.is_gas {
            self.bands(longitude, latitude)
        } else {
            self.land(longitude, latitude, time)
        };
        let day = smoothstep(-0.06, 0.3, facing) * (0.25 + 0.75 * facing.max(0.0));
        let rim = (1.0 - depth).powi(3);
        surface * (day * 2.0)
            + self.air * (rim * smoothstep(-0.2, 0.4, facing) * 0.75)
            + rgb(0.004, 0.006, 0.012)
    }

    fn bands(&self, longitude: f32, latitude: f32) -> Rgb {
        let swirl = self.surface.at(longitude * 1.5, latitude * 2.0) - 0.5;
        let at = latitude * 9.0 + swirl * 0.9;
        let band = 0.5 + 0.5 * noise(at, 1.5, 3);
        let fine = self.surface.at(longitude * 0.7 + swirl * 0.1, at * 0.55);
        let tone = (0.62 * band + 0.38 * fine).clamp(0.0, 1.0) * 3.0;
        let low = (tone as usize).min(2);
        self.colors[low].mix(self.colors[low + 1], tone - low as f32)
    }

    fn land(&self, longitude: f32, latitude: f32, time: f32) -> Rgb {
        let height = self.surface.at(longitude, latitude * 0.5 + 0.2);
        let coast = smoothstep(0.5, 0.535, height);
        let sea = self.colors[0].mix(self.colors[1], smoothstep(0.3, 0.52, height));
        let ground = self.colors[2].mix(self.colors[3], smoothstep(0.54, 0.68, height));
        let polar = smoothstep(0.33, 0.41, latitude.abs() + 0.1 * (height - 0.5));
        let bare = sea.mix(ground, coast).mix(rgb(0.8, 0.84, 0.88), polar);
        let drift = longitude * 1.3 + time * 0.0016;
        let cloud = self
            .surface
            .at(drift + 0.4, latitude * 1.1 + 0.3 * (height - 0.5));
        bare.mix(rgb(0.9, 0.92, 0.95), smoothstep(0.52, 0.76, cloud) * 0.9)
    }

    /// Lays the ring before and behind the disc.
    fn ring(&self, dx: f32, dy: f32, under: Rgb) -> Rgb {
        let (sin, cos) = (0.36_f32).sin_cos();
        let (across, up) = (dx * cos - dy * sin, dx * sin + dy * cos);
        let flat = 0.24;
        let radius = (across * across + (up / flat) * (up / flat)).sqrt();
        if !(1.25..=2.35).contains(&radius) {
            return under;
        }
        let is_behind = up < 0.0 && dx * dx + dy * dy < 1.0;
        if is_behind {
            return under;
        }
        let grain = 0.5 + 0.5 * noise(radius * 17.0, 0.3, 5) + 0.25 * noise(radius * 60.0, 0.7, 6);
        let gap =
            1.0 - 0.85 * (smoothstep(1.8, 1.84, radius) * (1.0 - smoothstep(1.88, 1.92, radius)));
        let ends = smoothstep(1.25, 1.32, radius) * (1.0 - smoothstep(2.2, 2.35, radius));
        // The planet's shadow falls on the ring behind it.
        let shadow = smoothstep(-0.2, 0.35, across * self.light[0].signum() + up * 0.5 + 0.9);
        let amount = (grain * gap * ends * 0.72).clamp(0.0, 0.9);
        let color = self.colors[3].mix(self.colors[1], 0.35) * (0.9 * shadow + 0.08);
        under.mix(color, amount)
    }
}
