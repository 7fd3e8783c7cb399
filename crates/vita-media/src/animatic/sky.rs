//! The sky: its colours, the sun or moon, clouds, stars and northern lights.

use rayon::prelude::*;

use super::camera::View;
use super::color::{Rgb, rgb};
use super::noise::{hash2, lerp, noise, smoothstep, unit2};
use super::palette::Light;
use super::texture::TiledNoise;

/// What of the sky does not change in a clip.
#[derive(Debug)]
pub(super) struct Sky {
    light: Light,
    clouds: TiledNoise,
    wisps: TiledNoise,
    stars: Vec<Star>,
    sun: [f32; 3],
    seed: u32,
    has_aurora: bool,
    has_milky_way: bool,
    has_city: bool,
}

#[derive(Clone, Copy, Debug)]
struct Star {
    direction: [f32; 3],
    brightness: f32,
    color: Rgb,
    twinkle: f32,
}

/// What is behind everything else of a scene.
pub(super) trait Backdrop: Sync {
    /// The colour that a place of the picture shows, and what share of a mark's light passes there.
    fn look(&self, view: &View, x: f32, y: f32, time: f32) -> (Rgb, f32);

    /// Looks at the places of a column, one for each sample; `y_of` is a sample's row.
    fn look_down(
        &self,
        view: &View,
        x: f32,
        y_of: &dyn Fn(usize) -> f32,
        time: f32,
        samples: &mut [(Rgb, f32)],
    ) {
        for (row, sample) in samples.iter_mut().enumerate() {
            *sample = self.look(view, x, y_of(row), time);
        }
    }

    /// Adds small bright things that need the full size of the picture.
    fn marks(&self, view: &View, time: f32, marks: &mut Vec<Mark>);
}

/// What a sky shows besides its light.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SkyFeatures {
    pub(super) aurora: bool,
    pub(super) milky_way: bool,
    pub(super) city: bool,
}

/// How many pixels of the frame, in each direction, one sample of the sky covers: skies are soft.
const COARSE: usize = 3;

/// The sky of one frame at a third of its size, column by column.
#[derive(Debug, Default)]
pub(super) struct SkyFrame {
    /// Colour, and what share of the stars and the sun comes through the clouds.
    samples: Vec<(Rgb, f32)>,
    rows: usize,
    columns: usize,
    marks: Vec<Mark>,
}

/// A star or the disc of the sun, in pixels of the frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) radius: f32,
    pub(super) color: Rgb,
    pub(super) is_moon: bool,
}

/// Stars in the whole sky ahead.
const STARS: u32 = 2_600;

impl Sky {
    pub(super) fn new(light: &Light, features: SkyFeatures, seed: u32) -> Self {
        let stars = if light.stars > 0.02 {
            make_stars(seed, features)
        } else {
            Vec::new()
        };
        Self {
            clouds: TiledNoise::new(4, 7, seed ^ 0xC10D),
            wisps: TiledNoise::new(8, 5, seed ^ 0x3157),
            stars,
            sun: light.sun_direction(),
            light: light.clone(),
            seed,
            has_aurora: features.aurora,
            has_milky_way: features.milky_way,
            has_city: features.city,
        }
    }

    /// The cloudless sky at a height (the sine of its angle), `toward` the sun (a cosine).
    fn clear(&self, rise: f32, toward: f32) -> Rgb {
        let light = &self.light;
        let low = 1.0 - (-rise * 9.0).exp();
        let high = smoothstep(0.02, 0.55, rise);
        let base = light.horizon.mix(light.mid, low).mix(light.zenith, high);
        let away = (1.0 - toward).max(0.0);
        let wide = (-away * 5.0).exp();
        let near = (-away * 70.0).exp();
        // The glow lies along the horizon rather than around the sun alone.
        let band = (-rise * 4.0).exp();
        base + light.glow * (0.28 * wide * (0.35 + 0.65 * band) + 0.55 * near)
    }

    /// The clouds over a point of their plane: colour and cover.
    fn cloud(&self, plane_x: f32, plane_z: f32, rise: f32, toward: f32, time: f32) -> (Rgb, f32) {
        let light = &self.light;
        if rise < 0.012 {
            return (light.haze, 0.0);
        }
        let (u, v) = (
            plane_x * 0.085 + time * 0.0011,
            plane_z * 0.085 + time * 0.0006,
        );
        let density = |u: f32, v: f32| {
            let body = self.clouds.at(u, v);
            let detail = self
                .wisps
                .at(u * 2.3 - time * 0.0007, v * 2.3 + time * 0.0004);
            0.74 * body + 0.26 * detail
        };
        let here = density(u, v);
        let threshold = lerp(0.71, 0.3, light.cloud_cover);
        let soft = lerp(0.15, 0.34, light.cloud_cover);
        // A gap around the sun, unless the sky is closed: the sun makes the picture.
        let gap = (-(1.0 - toward).max(0.0) * 130.0).exp() * (1.0 - light.cloud_cover).min(0.9);
        let threshold = threshold + gap * 0.3;
        let cover = smoothstep(threshold, threshold + soft, here);
        if cover <= 0.0 {
            return (light.haze, 0.0);
        }
        // Less cloud towards the sun means more light on this side.
        let (step_u, step_v) = (self.sun[0] * 0.011, self.sun[2] * 0.011);
        let sunward = density(u + step_u, v + step_v);
        let lit = (0.5 + (here - sunward) * 5.5).clamp(0.0, 1.0);
        let thick = smoothstep(threshold, threshold + soft * 2.2, here);
        let shade = (0.75 * lit + 0.5 * (1.0 - thick)).clamp(0.0, 1.0);
        let mut color = light.cloud_shade.mix(light.cloud_lit, shade);
        // Thin cloud before the sun glows.
        let away = (1.0 - toward).max(0.0);
        color += light.glow * ((-away * 16.0).exp() * (1.0 - 0.8 * thick) * 0.9);
        let distance = 1.0 - (-rise * 10.0).exp();
        let haze = light.horizon.mix(light.mid, 0.35);
        (
            haze.mix(color, 0.25 + 0.75 * distance),
            cover * smoothstep(0.012, 0.09, rise) * 0.97,
        )
    }

    fn milky_way(&self, direction: [f32; 3]) -> Rgb {
        // A band that leans over the picture.
        let across = direction[0] * 0.78 - direction[1] * 0.6 + 0.14;
        let along = direction[0] * 0.6 + direction[1] * 0.78;
        let cloud = 0.5 + 0.5 * noise(along * 5.0 + 2.0, across * 8.0, self.seed ^ 0x46);
        let fine = 0.5 + 0.5 * noise(along * 17.0, across * 22.0, self.seed ^ 0x47);
        let band = (-across * across * 26.0).exp();
        let rift = smoothstep(
            0.02,
            0.1,
            (across + 0.03 * noise(along * 7.0, 0.5, self.seed ^ 0x48)).abs(),
        );
        let glow = band * (0.35 + 0.65 * cloud) * (0.6 + 0.4 * fine) * (0.35 + 0.65 * rift);
        rgb(0.105, 0.108, 0.15).mix(rgb(0.19, 0.135, 0.12), band * cloud) * glow
    }

    fn aurora(&self, direction: [f32; 3], time: f32) -> Rgb {
        let rise = direction[1];
        if rise < 0.03 {
            return Rgb::BLACK;
        }
        let mut sum = Rgb::BLACK;
        for curtain in 0..3u8 {
            let offset = f32::from(curtain);
            let flow = time * 0.045;
            let bend =
                0.34 * noise(
                    direction[0] * 1.6 + offset * 4.1 + flow,
                    flow * 0.7 + offset,
                    self.seed ^ 0x50,
                ) + 0.1
                    * noise(
                        direction[0] * 5.5 - flow * 1.6,
                        offset * 3.0,
                        self.seed ^ 0x51,
                    );
            let foot = 0.13 + 0.12 * offset + bend * 0.55;
            let above = rise - foot;
            if above < -0.05 {
                continue;
            }
            let rays = 0.45
                + 0.55
                    * noise(
                        direction[0] * 42.0 + bend * 22.0,
                        offset + flow * 1.4,
                        self.seed ^ 0x52,
                    )
                    .abs();
            let body = smoothstep(-0.035, 0.012, above) * (-above.max(0.0) * 5.2).exp();
            let strength =
                0.5 + 0.5 * noise(direction[0] * 2.3 - flow, offset * 7.0, self.seed ^ 0x53);
            let color =
                rgb(0.07, 0.62, 0.3).mix(rgb(0.4, 0.12, 0.55), smoothstep(0.04, 0.3, above));
            sum += color * (body * rays * strength * 0.62);
        }
        sum
    }
}

impl Backdrop for Sky {
    fn look(&self, view: &View, x: f32, y: f32, time: f32) -> (Rgb, f32) {
        let (ray_x, ray_z) = view.ray(x);
        // The clouds must not turn inside out below the horizon.
        let rise = ((view.horizon - y) / view.focal).max(0.0);
        let length = (ray_x * ray_x + ray_z * ray_z + rise * rise).sqrt();
        let direction = [ray_x / length, rise / length, ray_z / length];
        let toward =
            direction[0] * self.sun[0] + direction[1] * self.sun[1] + direction[2] * self.sun[2];
        let mut color = self.clear(direction[1], toward);
        if self.has_milky_way {
            color += self.milky_way(direction) * self.light.stars;
        }
        if self.has_aurora {
            color += self.aurora(direction, time);
        }
        if self.has_city {
            color += super::city::sky_glow(&self.light, ray_x, direction[1], self.seed);
        }
        let (cloud, cover) = self.cloud(
            ray_x / rise.max(1e-3),
            ray_z / rise.max(1e-3),
            rise,
            toward,
            time,
        );
        (color.mix(cloud, cover), 1.0 - cover)
    }

    fn marks(&self, view: &View, time: f32, marks: &mut Vec<Mark>) {
        let scale = view.width.min(view.height) as f32 / 720.0;
        for star in &self.stars {
            if let Some((x, y)) = view.project_direction(star.direction) {
                let twinkle = 0.8 + 0.2 * (time * star.twinkle + star.brightness * 40.0).sin();
                // Air near the horizon swallows stars.
                let air = smoothstep(0.0, 0.22, star.direction[1]);
                marks.push(Mark {
                    x,
                    y,
                    radius: (0.55 + 0.75 * star.brightness) * scale.max(0.75),
                    color: star.color
                        * (star.brightness
                            * star.brightness
                            * 1.5
                            * twinkle
                            * air
                            * self.light.stars),
                    is_moon: false,
                });
            }
        }
        if self.light.disc > 0.0
            && let Some((x, y)) = view.project_direction(self.sun)
        {
            marks.push(Mark {
                x,
                y,
                radius: self.light.disc * view.focal,
                color: self.light.sun * 2.2 + rgb(0.9, 0.8, 0.55),
                is_moon: self.light.is_moon,
            });
        }
    }
}

fn make_stars(seed: u32, features: SkyFeatures) -> Vec<Star> {
    (0..STARS as i32)
        .filter_map(|index| {
            let unit = |salt: u32| unit2(index, 3, seed ^ salt);
            let azimuth = (unit(101) - 0.5) * 2.6;
            let rise = unit(102).powf(0.9);
            let flat = (1.0 - rise * rise).max(0.0).sqrt();
            let direction = [azimuth.sin() * flat, rise, azimuth.cos() * flat];
            let magnitude = unit(103);
            let is_faint = magnitude < 0.55;
            if is_faint && !features.milky_way {
                return None;
            }
            let warmth = unit(104);
            Some(Star {
                direction,
                brightness: 0.24 + 0.76 * magnitude.powi(14) + 0.24 * magnitude,
                color: rgb(0.75, 0.85, 1.0).mix(rgb(1.0, 0.85, 0.68), warmth * warmth),
                twinkle: 1.0 + 3.0 * unit(105),
            })
        })
        .collect()
}

impl SkyFrame {
    /// Paints what `view` sees of a backdrop down to the row `lowest`. `time` is in seconds.
    pub(super) fn paint(&mut self, backdrop: &impl Backdrop, view: &View, lowest: f32, time: f32) {
        self.columns = view.width / COARSE + 3;
        let rows = (lowest / COARSE as f32).max(1.0) as usize + 3;
        self.rows = rows.min(view.height / COARSE + 3);
        self.samples
            .resize(self.columns * self.rows, Default::default());
        let (middle, rows) = (0.5 * COARSE as f32 - 0.5, self.rows);
        self.samples
            .par_chunks_mut(rows)
            .enumerate()
            .for_each(|(column, samples)| {
                let x = (column * COARSE) as f32 - middle;
                let y_of = |row: usize| (row * COARSE) as f32 - middle;
                backdrop.look_down(view, x, &y_of, time, samples);
            });
        self.marks.clear();
        backdrop.marks(view, time, &mut self.marks);
        self.marks.sort_by(|a, b| a.x.total_cmp(&b.x));
    }

    /// The sky in column `x`, for the rows from 0.
    pub(super) fn column(&self, x: usize) -> SkyColumn {
        let at = (x as f32 + 0.5 * COARSE as f32 - 0.5) / COARSE as f32;
        let first = (at as usize).min(self.columns - 2);
        let share = at - first as f32;
        let left = &self.samples[first * self.rows..][..self.rows];
        let right = &self.samples[(first + 1) * self.rows..][..self.rows];
        let mix = |(left, right): (&(Rgb, f32), &(Rgb, f32))| {
            (left.0.mix(right.0, share), lerp(left.1, right.1, share))
        };
        SkyColumn {
            samples: left.iter().zip(right).map(mix).collect(),
        }
    }

    /// Adds stars and the sun to the rows of column `x` above `below`.
    pub(super) fn add_marks(&self, x: usize, sky: &SkyColumn, below: f32, pixels: &mut [Rgb]) {
        let center = x as f32 + 0.5;
        let widest = self
            .marks
            .iter()
            .map(|mark| mark.radius)
            .fold(2.0, f32::max)
            + 1.5;
        let from = self.marks.partition_point(|mark| mark.x < center - widest);
        for mark in &self.marks[from..] {
            if mark.x > center + widest {
                break;
            }
            let dx = center - mark.x;
            let reach = mark.radius + 1.5;
            if dx.abs() > reach {
                continue;
            }
            let first = (mark.y - reach).max(0.0) as usize;
            let last = ((mark.y + reach).max(0.0) as usize + 1)
                .min(below.max(0.0) as usize + 1)
                .min(pixels.len());
            for (row, pixel) in pixels.iter_mut().enumerate().take(last).skip(first) {
                let dy = row as f32 + 0.5 - mark.y;
                let distance = (dx * dx + dy * dy).sqrt();
                let mut amount = (mark.radius + 0.5 - distance).clamp(0.0, 1.0);
                if amount <= 0.0 {
                    continue;
                }
                amount *= sky.clearness(row) * (below - row as f32).clamp(0.0, 1.0);
                let color = if mark.is_moon {
                    moon(dx / mark.radius, dy / mark.radius)
                } else {
                    mark.color
                };
                if mark.is_moon {
                    *pixel = pixel.mix(color, amount);
                } else {
                    *pixel += color * amount;
                }
            }
        }
    }
}

/// The moon's face: its seas, and a darker rim.
fn moon(x: f32, y: f32) -> Rgb {
    let seas = smoothstep(
        -0.15,
        0.4,
        noise(x * 1.7 + 4.0, y * 1.7 + 8.0, 5) + 0.3 * noise(x * 5.0, y * 5.0, 6),
    );
    let crater = f32::from((hash2((x * 9.0) as i32, (y * 9.0) as i32, 4) & 7) as u8) * 0.006;
    let limb = (1.0 - (x * x + y * y)).max(0.0).sqrt();
    rgb(0.95, 0.94, 0.88) * ((1.05 - 0.36 * seas - crater) * (0.6 + 0.4 * limb))
}

/// One column of the sky.
pub(super) struct SkyColumn {
    samples: Vec<(Rgb, f32)>,
}

impl SkyColumn {
    /// The colour at a row of the frame; below the last painted row, the last.
    #[inline]
    pub(super) fn color(&self, row: usize) -> Rgb {
        let (first, share) = self.place(row);
        self.samples[first].0.mix(self.samples[first + 1].0, share)
    }

    /// What share of a mark's light comes through at a row.
    #[inline]
    fn clearness(&self, row: usize) -> f32 {
        let (first, share) = self.place(row);
        lerp(self.samples[first].1, self.samples[first + 1].1, share)
    }

    #[inline]
    fn place(&self, row: usize) -> (usize, f32) {
        let at = (row as f32 + (0.5 * COARSE as f32 - 0.5)) * (1.0 / COARSE as f32);
        let first = (at as usize).min(self.samples.len() - 2);
        (first, (at - first as f32).min(1.0))
    }
}
