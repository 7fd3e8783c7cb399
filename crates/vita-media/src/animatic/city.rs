//! A city of boxes on a grid: walls with windows, roofs and streets, behind a strip of water.
//!
//! Nothing is stored. A column of the picture is a line over the grid; the lots that it crosses are
//! visited from near to far, and what stands on a lot is a function of the lot's number.

use super::camera::View;
use super::color::{Rgb, hex, rgb};
use super::march::{Air, Clarity, fill};
use super::noise::{hash2, lerp, noise, smoothstep, unit2};
use super::palette::Light;
use super::water::WaterRun;

/// Metres from street to street.
const LOT: f32 = 46.0;
/// As far as this, metres, houses are drawn.
const DEPTH_MAX: f32 = 4_200.0;
/// The tallest building with its top, metres: what stands behind a filled column is not looked at.
const HEIGHT_MAX: f32 = 420.0;
/// A floor's height and a window's width, metres.
const FLOOR: f32 = 3.7;
const WINDOW: f32 = 3.1;

/// A city.
#[derive(Debug)]
pub(super) struct City {
    seed: u32,
    light: Light,
    /// Where the water ends and the city begins.
    shore: f32,
    /// The middle of its high part: x, z.
    center: (f32, f32),
    is_snowy: bool,
}

/// A box: its ground plan and height.
#[derive(Clone, Copy, Debug)]
struct Block {
    x: (f32, f32),
    z: (f32, f32),
    height: f32,
    seed: u32,
}

/// Where a line over the ground meets a box.
#[derive(Clone, Copy, Debug)]
struct Hit {
    block: Block,
    enter: f32,
    leave: f32,
    /// True when it enters through a face that looks left or right.
    is_side: bool,
}

/// A column while it is filled.
pub(super) struct CityColumn<'a> {
    pub(super) ray: (f32, f32),
    pub(super) air: Air,
    pub(super) pixels: &'a mut [Rgb],
}

impl City {
    pub(super) fn new(light: &Light, seed: u64, is_snowy: bool) -> Self {
        let side = if seed & 4 == 0 { 1.0 } else { -1.0 };
        Self {
            seed: (seed >> 16) as u32,
            light: light.clone(),
            shore: 430.0,
            center: (side * 190.0, 1_150.0),
            is_snowy,
        }
    }

    /// Fills a column from the bottom; returns the row above which the sky is seen.
    pub(super) fn walk(&self, view: &View, column: &mut CityColumn<'_>) -> f32 {
        let shore = (self.shore - view.z).max(1.0);
        let mut top = Self::row(view, 0.0, shore).min(column.pixels.len() as f32);
        let mut depth = shore;
        for (lot_x, lot_z, leave) in Lots::along(view, column.ray, shore) {
            if top <= 0.0 || depth > DEPTH_MAX || Self::row(view, HEIGHT_MAX, depth) >= top {
                break;
            }
            let (blocks, count) = self.blocks(lot_x, lot_z);
            let mut hits: Vec<Hit> = blocks[..count]
                .iter()
                .filter_map(|block| meet(*block, view, column.ray))
                .filter(|hit| hit.enter > shore * 0.5)
                .collect();
            hits.sort_by(|a, b| a.enter.total_cmp(&b.enter));
            for hit in hits {
                self.street(view, column, &mut top, hit.enter);
                self.wall(view, column, &mut top, hit);
                self.roof(view, column, &mut top, hit);
            }
            self.street(view, column, &mut top, leave);
            depth = leave;
        }
        top.max(0.0)
    }

    /// The rows that show the water before the city.
    pub(super) fn shore_run(&self, view: &View) -> Option<WaterRun> {
        let (top, bottom) = (
            Self::row(view, 0.0, (self.shore - view.z).max(1.0)),
            view.height as f32,
        );
        (top < bottom).then(|| WaterRun::open(top.max(0.0), bottom, self.shore))
    }

    fn row(view: &View, height: f32, depth: f32) -> f32 {
        view.horizon + (view.y - height) * view.focal / depth
    }

    /// What stands on a lot: nothing, a house, or a house with a tower on it.
    fn blocks(&self, lot_x: i32, lot_z: i32) -> ([Block; 2], usize) {
        let unit = |salt: u32| unit2(lot_x, lot_z, self.seed ^ salt);
        let (x, z) = (lot_x as f32 * LOT, lot_z as f32 * LOT);
        let (off_x, off_z) = ((x - self.center.0) / 620.0, (z - self.center.1) / 520.0);
        let downtown = (-(off_x * off_x + off_z * off_z)).exp();
        let second =
            (-((x + self.center.0 * 5.0) / 330.0).powi(2) - ((z - 1_500.0) / 420.0).powi(2)).exp();
        let tall = unit(1).powi(2);
        let spread = 16.0 + 30.0 * unit(2);
        let height = spread + 285.0 * tall * downtown + 60.0 * downtown + 150.0 * tall * second;
        // The front row is low: the city rises behind it.
        let front = smoothstep(self.shore, self.shore + 330.0, z);
        let height = lerp(height.min(26.0 + 40.0 * tall), height, front).min(HEIGHT_MAX * 0.8);
        let seed = hash2(lot_x, lot_z, self.seed);
        let inset = |salt: u32| 5.0 + 5.0 * unit(salt);
        let block = Block {
            x: (x + inset(3), x + LOT - inset(4)),
            z: (z + inset(5), z + LOT - inset(6)),
            height,
            seed,
        };
        let is_park = unit(7) < 0.07 && downtown < 0.5;
        let narrow = 4.0 + 5.0 * unit(8);
        let tower = Block {
            x: (block.x.0 + narrow, block.x.1 - narrow),
            z: (block.z.0 + narrow, block.z.1 - narrow),
            height: height * lerp(1.12, 1.34, unit(9)),
            seed,
        };
        let count = if is_park {
            0
        } else {
            1 + usize::from(height > 90.0 && unit(10) < 0.6)
        };
        ([block, tower], count)
    }

    /// The ground from the last filled row to `depth`.
    fn street(&self, view: &View, column: &mut CityColumn<'_>, top: &mut f32, depth: f32) {
        let row = Self::row(view, 0.0, depth);
        if row >= *top {
            return;
        }
        let clarity = Clarity::at(depth, &self.light);
        let ground = if self.is_snowy {
            hex(0xC8_CC_D2)
        } else {
            hex(0x4A_4A_4C)
        };
        let lit = ground.tint(self.light.ambient_sky + self.light.sun * 0.25) * 0.7
            + rgb(1.0, 0.55, 0.2) * (0.34 * self.light.lamps);
        let color = column.air.veil(lit, 0.0, clarity);
        fill(column.pixels, (row, *top), color, color);
        *top = row.max(0.0);
    }

    fn roof(&self, view: &View, column: &mut CityColumn<'_>, top: &mut f32, hit: Hit) {
        let row = Self::row(view, hit.block.height, hit.leave);
        if row >= *top {
            return;
        }
        let shade = 0.32 + 0.2 * (hit.block.seed >> 24) as f32 / 255.0;
        let surface = if self.is_snowy {
            rgb(0.8, 0.83, 0.88)
        } else {
            rgb(shade, shade, shade * 1.04)
        };
        let lit = surface
            .tint(self.light.ambient_sky + self.light.sun * self.light.sun_altitude.sin().max(0.1));
        let clarity = Clarity::at(hit.enter, &self.light);
        let color = column.air.veil(lit * 0.8, hit.block.height, clarity);
        fill(column.pixels, (row, *top), color, color);
        *top = row.max(0.0);
    }

    fn wall(&self, view: &View, column: &mut CityColumn<'_>, top: &mut f32, hit: Hit) {
        let depth = hit.enter;
        let row = Self::row(view, hit.block.height, depth);
        if row >= *top {
            return;
        }
        let facade = Facade::of(self, view, column.ray, hit);
        let clarity = Clarity::at(depth, &self.light);
        let metre_rows = view.focal / depth;
        let start = row.max(0.0);
        let last = (top.ceil() as usize).min(column.pixels.len());
        for at in start as usize..last {
            let (upper, lower) = ((at as f32).max(start), (at as f32 + 1.0).min(*top));
            let height = view.y - ((upper + lower) * 0.5 - view.horizon) / metre_rows;
            let color = column.air.veil(facade.color(height), height, clarity);
            column.pixels[at] += color * (lower - upper);
        }
        *top = start;
    }
}

/// A wall, ready to be coloured at any height.
struct Facade {
    wall: Rgb,
    glass: Rgb,
    lamps: f32,
    /// Share of the windows that are lit.
    busy: f32,
    warm: f32,
    along: f32,
    height: f32,
    /// Metres that a pixel covers.
    footprint: f32,
    seed: u32,
    has_bands: bool,
    glow: Rgb,
}

impl Facade {
    fn of(city: &City, view: &View, ray: (f32, f32), hit: Hit) -> Self {
        let light = &city.light;
        let seed = hit.block.seed;
        let unit = |shift: u32| ((seed >> shift) & 0xFF) as f32 / 255.0;
        let [sun_x, sun_y, sun_z] = light.shading_direction();
        let facing = if hit.is_side {
            -sun_x * ray.0.signum()
        } else {
            -sun_z
        };
        let direct = (facing * 0.85 + 0.25 * sun_y).max(0.06);
        let palette = [
            0x9A_92_88, 0x6E_74_7C, 0xB4_A4_90, 0x58_60_6A, 0x86_6A_58, 0xA8_AC_B0,
        ];
        let surface =
            hex(palette[(seed >> 3) as usize % palette.len()]) * lerp(0.75, 1.1, unit(16));
        let received =
            light.ambient_sky * 0.75 + light.ambient_ground * 0.5 + light.sun * (direct * 0.8);
        let (x, z) = (view.x + ray.0 * hit.enter, view.z + ray.1 * hit.enter);
        // Glass mirrors the sky that stands opposite.
        let mirrored = light.horizon.mix(light.mid, 0.6) * 0.5 + light.sun * (0.1 * direct);
        Self {
            wall: surface
                .saturate(0.4 + 0.6 * light.color_sense)
                .tint(received),
            glass: mirrored.mix(surface.tint(received), 0.25) * 0.8,
            lamps: light.lamps,
            busy: lerp(0.16, 0.6, unit(8)),
            warm: unit(0),
            along: if hit.is_side { z } else { x },
            height: hit.block.height,
            footprint: hit.enter / view.focal,
            seed: seed ^ u32::from(hit.is_side),
            has_bands: seed & 0x300 == 0x100,
            glow: rgb(0.5, 0.3, 0.14) * (light.lamps * 0.35),
        }
    }

    /// The wall's colour at a height.
    fn color(&self, height: f32) -> Rgb {
        let near_street = (-height.max(0.0) / 16.0).exp();
        let wall = self.wall + self.glow * near_street;
        // From afar, windows are looked at in squares of two, four, eight: nothing flickers.
        let level = ((self.footprint / 1.6).log2().ceil().max(0.0) as u32).min(4);
        let size = (1 << level) as f32;
        let (floor, along) = (height / (FLOOR * size), self.along / (WINDOW * size));
        let (row, column) = (floor.floor(), along.floor());
        let (in_row, in_column) = (floor - row, along - column);
        let (row, column) = (row as i32, column as i32);
        let chance = unit2(column, row, self.seed ^ level.wrapping_mul(0x51));
        let floor_mood = unit2(row, 7, self.seed ^ 0x77) - 0.5;
        let busy = (self.busy + 0.5 * floor_mood).clamp(0.03, 0.9);
        let (on, share) = if level == 0 {
            let soft = (self.footprint / WINDOW).clamp(0.04, 0.45);
            let edge = |at: f32, from: f32, to: f32| {
                smoothstep(from - soft, from + soft, at)
                    * (1.0 - smoothstep(to - soft, to + soft, at))
            };
            let width = if self.has_bands {
                1.0
            } else {
                edge(in_column, 0.16, 0.84)
            };
            let shape = width * edge(in_row, 0.22, 0.78);
            (
                if chance < busy {
                    0.45 + 0.85 * unit2(column, row, self.seed ^ 0x99)
                } else {
                    0.0
                },
                shape,
            )
        } else {
            let spread = 1.5 / size;
            (
                (busy * (1.0 + (chance - 0.5) * 2.0 * spread)).max(0.0),
                0.42,
            )
        };
        let is_top = height > self.height - FLOOR * 0.8;
        let share = if is_top { 0.0 } else { share };
        let warmth = (self.warm + 0.5 * (chance - 0.5)).clamp(0.0, 1.0);
        let lamp = rgb(1.25, 0.78, 0.36).mix(rgb(0.85, 0.95, 1.1), smoothstep(0.62, 0.95, warmth));
        let window = self.glass.mix(lamp * 1.25, (on * self.lamps).min(1.0));
        wall.mix(window, share)
    }
}

/// The lots that a line over the ground crosses, near ones first, each with the depth at its end.
struct Lots {
    ray: (f32, f32),
    origin: (f32, f32),
    lot: (i32, i32),
    depth: f32,
}

impl Lots {
    fn along(view: &View, ray: (f32, f32), from: f32) -> Self {
        let lot = |at: f32| (at / LOT).floor() as i32;
        Self {
            ray,
            origin: (view.x, view.z),
            lot: (
                lot(view.x + ray.0 * (from + 0.01)),
                lot(view.z + ray.1 * (from + 0.01)),
            ),
            depth: from,
        }
    }
}

impl Iterator for Lots {
    type Item = (i32, i32, f32);

    fn next(&mut self) -> Option<Self::Item> {
        if self.depth > DEPTH_MAX {
            return None;
        }
        let border = |lot: i32, ray: f32, origin: f32| {
            let edge = (lot + i32::from(ray > 0.0)) as f32 * LOT;
            if ray.abs() < 1e-6 {
                f32::MAX
            } else {
                (edge - origin) / ray
            }
        };
        let to_x = border(self.lot.0, self.ray.0, self.origin.0);
        let to_z = border(self.lot.1, self.ray.1, self.origin.1);
        let here = self.lot;
        let step = |ray: f32| if ray > 0.0 { 1 } else { -1 };
        if to_x < to_z {
            self.lot.0 += step(self.ray.0);
        } else {
            self.lot.1 += step(self.ray.1);
        }
        self.depth = to_x.min(to_z).max(self.depth + 0.01);
        Some((here.0, here.1, self.depth))
    }
}

fn meet(block: Block, view: &View, ray: (f32, f32)) -> Option<Hit> {
    let slab = |(from, to): (f32, f32), ray: f32, origin: f32| {
        let inverse = 1.0 / if ray.abs() < 1e-6 { 1e-6 } else { ray };
        let (a, b) = ((from - origin) * inverse, (to - origin) * inverse);
        (a.min(b), a.max(b))
    };
    let (in_x, out_x) = slab(block.x, ray.0, view.x);
    let (in_z, out_z) = slab(block.z, ray.1, view.z);
    let (enter, leave) = (in_x.max(in_z), out_x.min(out_z));
    (enter < leave && enter > 1.0).then_some(Hit {
        block,
        enter,
        leave,
        is_side: in_x > in_z,
    })
}

/// The glow of a lit city over its roofs.
pub(super) fn sky_glow(light: &Light, azimuth: f32, rise: f32, seed: u32) -> Rgb {
    let patch = 0.7 + 0.3 * noise(azimuth * 2.0, 3.1, seed);
    rgb(0.34, 0.2, 0.1) * (light.lamps * light.lamps * 0.35 * patch * (-rise * 7.0).exp())
}
