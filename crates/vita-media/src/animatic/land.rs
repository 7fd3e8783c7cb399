//! What the ground of each terrain looks like: its height anywhere, and its colour there.

use super::color::{Rgb, hex, rgb};
use super::noise::{eroded, fbm, hash2, lerp, noise, ridged, smoothstep, split, unit2};
use super::scene::{Season, Terrain, Weather};
use super::trees::{Stock, TreeShape};
use super::vocabulary::AnimaticPlan;

/// A ground without end. Metres.
#[derive(Clone, Debug)]
pub(super) struct Land {
    terrain: Terrain,
    seed: u32,
    /// Above it lies snow.
    snow_line: f32,
    /// How white the whole ground is, 0 to 1.
    snow_cover: f32,
    grass: Rgb,
    grass_dry: Rgb,
    trees: Rgb,
    trees_other: Rgb,
    is_autumn: bool,
    /// A peak that the picture is composed around: x, z, height.
    hero: [f32; 3],
}

/// A place on the ground, for its colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) x: f32,
    pub(super) z: f32,
    pub(super) height: f32,
    /// Upward part of the surface's normal: 1 is flat.
    pub(super) flatness: f32,
    /// Metres to the next place that is asked for: nothing finer is seen.
    pub(super) cell: f32,
}

impl Land {
    pub(super) fn of(plan: &AnimaticPlan) -> Self {
        let seed = plan.world_seed();
        let snowy = plan.season == Season::Winter || plan.weather == Weather::Snow;
        let (grass, grass_dry, trees, trees_other) = match plan.season {
            Season::Spring => (0x5C_7C_36, 0x8E_98_48, 0x3A_54_22, 0x62_72_30),
            Season::Summer => (0x4C_66_2C, 0x82_7E_42, 0x28_3F_20, 0x3C_50_28),
            Season::Autumn => (0x84_75_35, 0xA4_84_42, 0x9A_55_1C, 0xB8_86_22),
            Season::Winter => (0x7E_80_6A, 0x94_8E_76, 0x2C_3C_2A, 0x3C_48_36),
        };
        let side = if seed & 1 == 0 { 1.0 } else { -1.0 };
        let unit = |shift: u32| ((seed >> shift) & 0xFF) as f32 / 255.0;
        Self {
            terrain: plan.terrain,
            seed: (seed >> 32) as u32,
            snow_line: if snowy { 150.0 } else { 1_250.0 },
            snow_cover: if snowy { 0.92 } else { 0.0 },
            is_autumn: plan.season == Season::Autumn,
            grass: hex(grass),
            grass_dry: hex(grass_dry),
            trees: hex(trees),
            trees_other: hex(trees_other),
            hero: [
                side * lerp(900.0, 1_900.0, unit(8)),
                lerp(7_600.0, 8_800.0, unit(16)),
                lerp(1_500.0, 2_000.0, unit(24)),
            ],
        }
    }

    /// How far the ground is seen, metres.
    pub(super) fn depth(&self) -> f32 {
        match self.terrain {
            Terrain::Mountains => 17_000.0,
            Terrain::Lake => 15_000.0,
            Terrain::Hills | Terrain::Canyon => 9_000.0,
            Terrain::Desert | Terrain::Island => 8_000.0,
            Terrain::NightSky => 6_000.0,
            Terrain::Forest => 3_200.0,
            _ => 5_000.0,
        }
    }

    /// The height of still water, for terrains that have some.
    pub(super) fn water_level(&self) -> Option<f32> {
        let has_water = matches!(
            self.terrain,
            Terrain::Lake | Terrain::Island | Terrain::Sea | Terrain::City
        );
        has_water.then_some(0.0)
    }

    /// The height of the ground, without what `octaves_fewer` octaves of detail add.
    pub(super) fn height(&self, x: f32, z: f32, detail: u32) -> f32 {
        match self.terrain {
            Terrain::Mountains => self.mountains(x, z, detail),
            Terrain::Lake => self.lake(x, z, detail),
            Terrain::Hills | Terrain::NightSky => self.hills(x, z, detail),
            Terrain::Desert => self.desert(x, z),
            Terrain::Island => self.islands(x, z, detail),
            Terrain::Canyon => self.canyon(x, z, detail),
            Terrain::Forest => self.forest_floor(x, z),
            Terrain::Sea | Terrain::City | Terrain::Space | Terrain::Abstract => -30.0,
        }
    }

    fn range(&self, x: f32, z: f32, detail: u32) -> f32 {
        let scale = 1.0 / 3_600.0;
        let warp = 0.22 * noise(x * scale * 0.7, z * scale * 0.7, self.seed ^ 0x4D);
        let rock = eroded(x * scale + warp, z * scale - warp, 7 + detail, self.seed);
        let crest = ridged(
            x * scale * 1.3 + 3.1,
            z * scale * 1.3,
            4 + detail,
            self.seed ^ 0x1F,
        );
        1_150.0 + 1_500.0 * rock + 1_050.0 * (crest - 0.35)
    }

    fn hero_rise(&self, x: f32, z: f32) -> f32 {
        let [hero_x, hero_z, hero_height] = self.hero;
        let (dx, dz) = ((x - hero_x) / 1_900.0, (z - hero_z) / 1_700.0);
        hero_height * (-(dx * dx + dz * dz).sqrt() * 1.5).exp()
    }

    fn mountains(&self, x: f32, z: f32, detail: u32) -> f32 {
        let foot = 70.0 * fbm(x / 900.0, z / 900.0, 4 + detail, self.seed ^ 5);
        // Wooded ridges across the view, one behind the other.
        let folds = ridged(x / 2_900.0, z / 1_500.0, 4, self.seed ^ 6) - 0.3;
        let folds = 430.0 * folds * smoothstep(350.0, 2_400.0, z);
        // The land opens in front of the camera and closes in the distance; valleys to the sides.
        let rise = smoothstep(1_300.0, 7_000.0, z + 0.25 * x.abs());
        let walls = smoothstep(700.0, 3_200.0, x.abs() - 0.05 * z) * smoothstep(500.0, 2_500.0, z);
        let envelope = (0.9 * rise + 0.35 * walls).min(1.05);
        if envelope < 0.002 {
            return foot + folds;
        }
        foot + folds + envelope * (self.range(x, z, detail).max(0.0) * 0.85 + self.hero_rise(x, z))
    }

    fn lake(&self, x: f32, z: f32, detail: u32) -> f32 {
        // The near shore is behind the camera: water from the feet to the far shore.
        let shore = 2_500.0 + 650.0 * noise(x / 1_900.0, 3.3, self.seed ^ 9);
        let rise = smoothstep(shore, shore + 5_200.0, z);
        let side_start = 780.0 + 300.0 * noise(z / 900.0, 1.7, self.seed ^ 0x0A);
        let banks = smoothstep(side_start, side_start + 2_400.0, x.abs() - 0.14 * z);
        let envelope = (rise + 0.55 * banks).min(1.0);
        if envelope < 0.002 {
            return -42.0 + 22.0 * (rise + banks).min(1.0);
        }
        let foot = 60.0 * fbm(x / 700.0, z / 700.0, 4 + detail, self.seed ^ 5);
        let mountain = self.range(x, z, detail).max(60.0) * 0.52 + self.hero_rise(x, z) * 0.62;
        -42.0 + envelope * (mountain + foot + 130.0) + 22.0 * (rise + banks).min(1.0)
    }

    fn hills(&self, x: f32, z: f32, detail: u32) -> f32 {
        let warp = 0.35 * noise(x / 700.0, z / 700.0, self.seed ^ 2);
        let roll = fbm(x / 640.0 + warp, z / 430.0 - warp, 2, self.seed);
        let wide = fbm(x / 2_900.0, z / 2_300.0, 2, self.seed ^ 3);
        let fine = fbm(x / 110.0, z / 110.0, 1 + detail.min(3), self.seed ^ 4);
        let rise = smoothstep(150.0, 5_500.0, z);
        let valley = smoothstep(0.0, 900.0, x.abs()) * 34.0;
        valley
            + 150.0 * roll * lerp(0.6, 1.5, rise)
            + 330.0 * wide * rise
            + 190.0 * rise
            + 2.6 * fine
    }

    /// The field that a place belongs to: a number for each, and how near its border is in metres.
    fn field(&self, x: f32, z: f32) -> (u32, f32) {
        let (u, v) = (
            x / 190.0 + 0.25 * noise(x / 300.0, z / 300.0, self.seed ^ 0x3C),
            z / 150.0,
        );
        let ((cell_x, fx), (cell_z, fz)) = (split(u), split(v));
        let (mut nearest, mut second, mut owner) = (f32::MAX, f32::MAX, 0);
        for dx in -1..=1 {
            for dz in -1..=1 {
                let (cx, cz) = (cell_x + dx, cell_z + dz);
                let jitter = |salt: u32| 0.15 + 0.7 * unit2(cx, cz, self.seed ^ salt);
                let off_x = dx as f32 + jitter(61) - fx;
                let off_z = dz as f32 + jitter(62) - fz;
                let distance = off_x * off_x + off_z * off_z;
                if distance < nearest {
                    second = nearest;
                    nearest = distance;
                    owner = hash2(cx, cz, self.seed ^ 0x3F);
                } else if distance < second {
                    second = distance;
                }
            }
        }
        (owner, (second.sqrt() - nearest.sqrt()) * 80.0)
    }

    fn farmland(&self, place: Place, grain: f32) -> Rgb {
        let (field, border) = self.field(place.x, place.z);
        let crops = [
            self.grass,
            self.grass_dry,
            self.grass.mix(self.grass_dry, 0.5),
            self.grass.mix(self.trees_other, 0.4),
            hex(0xB8_9A_4E),
            hex(0x8A_6E_48),
        ];
        let crop = crops[field as usize % crops.len()];
        // Furrows along the field.
        let angle = (field >> 8 & 0xFF) as f32 * 0.024;
        let furrow = ((place.x * angle.cos() + place.z * angle.sin()) * 0.55).sin();
        let crop = crop * (0.86 + 0.22 * grain + 0.05 * furrow);
        let hedge = self.trees * 0.8;
        hedge.mix(crop, smoothstep(2.0, 6.5, border))
    }

    fn desert(&self, x: f32, z: f32) -> f32 {
        let near = self.dunes(x, z, 185.0, 0) * 62.0;
        let small = self.dunes(x, z, 62.0, 90) * 4.5;
        let far = 1.0 - 0.55 * smoothstep(900.0, 3_500.0, z);
        30.0 * fbm(x / 1_300.0, z / 1_300.0, 2, self.seed ^ 0x0C)
            + near * far
            + small * (1.0 - smoothstep(500.0, 1_500.0, z))
    }

    /// Dunes of a length: 0 between them, up to about 1 on a crest.
    fn dunes(&self, x: f32, z: f32, length: f32, salt: u32) -> f32 {
        let seed = self.seed ^ salt;
        let warp = length * 0.5 * noise(x / (length * 1.9), z / (length * 1.9), seed ^ 2);
        let across = (z * 0.78 + x * 0.62 + warp) / length;
        let along = (x * 0.78 - z * 0.62) / (length * 2.6);
        let (_, wave) = split(across + 0.8 * noise(along, across * 0.4, seed));
        // The steep side faces the camera.
        let wave = 1.0 - wave;
        // A dune rises slowly before the wind and falls steeply behind its crest.
        let dune = if wave < 0.7 {
            smoothstep(-0.1, 0.72, wave).powf(1.3)
        } else {
            let fall = (1.0 - wave) / 0.3;
            fall * fall * (1.6 - 0.6 * fall)
        };
        let tall = 0.62 + 0.7 * noise(along * 0.9 + 9.0, across * 0.31, seed ^ 8);
        dune * tall.max(0.1)
    }

    fn islands(&self, x: f32, z: f32, detail: u32) -> f32 {
        let scale = 1.0 / 1_500.0;
        let rock = eroded(x * scale, z * scale, 7 + detail, self.seed);
        let crest = ridged(
            x * scale * 1.7,
            z * scale * 1.7,
            4 + detail,
            self.seed ^ 0x1F,
        );
        let [hero_x, _, _] = self.hero;
        let isle = |cx: f32, cz: f32, size: f32, height: f32| {
            let (dx, dz) = ((x - cx) / size, (z - cz) / (size * 0.7));
            height * (-(dx * dx + dz * dz) * 1.2).exp()
        };
        let side = hero_x.signum();
        let body = isle(side * 420.0, 2_300.0, 720.0, 300.0)
            + isle(-side * 1_150.0, 3_500.0, 620.0, 210.0)
            + isle(side * 1_900.0, 4_600.0, 900.0, 330.0)
            + isle(-side * 330.0, 1_250.0, 150.0, 62.0)
            + isle(-side * 2_600.0, 6_300.0, 1_200.0, 420.0);
        body * (0.62 + 0.75 * rock + 0.55 * crest) - 26.0 + 5.0 * rock
    }

    fn canyon(&self, x: f32, z: f32, detail: u32) -> f32 {
        let scale = 1.0 / 1_500.0;
        let wander = 260.0 * (z / 1_300.0 + self.seed as f32).sin() + 150.0 * (z / 610.0).sin();
        let gorge = smoothstep(
            130.0,
            620.0,
            (x - wander).abs() + 40.0 * noise(x / 90.0, z / 90.0, self.seed),
        );
        let mesa = eroded(x * scale, z * scale, 5 + detail, self.seed) * 0.5 + 0.5;
        let raw = gorge * (0.32 + 0.95 * mesa);
        // Hard layers make cliffs, soft ones ledges.
        let layers = 5.0;
        let level = (raw * layers).floor();
        let within = raw * layers - level;
        let stepped = (level + smoothstep(0.25, 0.75, within)) / layers;
        let far = lerp(1.0, 1.25, smoothstep(2_000.0, 8_000.0, z));
        430.0 * lerp(raw, stepped, 0.8) * far
            + 10.0 * fbm(x / 60.0, z / 60.0, 2 + detail, self.seed ^ 6)
    }

    fn forest_floor(&self, x: f32, z: f32) -> f32 {
        let roll = fbm(x / 620.0, z / 480.0, 3, self.seed);
        let wide = fbm(x / 1_700.0, z / 1_500.0, 2, self.seed ^ 3);
        let rise = smoothstep(150.0, 2_600.0, z);
        90.0 * roll * lerp(0.35, 1.0, rise) + 190.0 * wide * rise + 150.0 * rise
    }

    /// How strong the ground's grain is.
    pub(super) fn grain(&self) -> f32 {
        if self.terrain == Terrain::Desert {
            0.3
        } else {
            1.5 * (1.0 - 0.8 * self.snow_cover)
        }
    }

    /// The single trees of the land.
    pub(super) fn trees(&self) -> Option<Stock> {
        let stock = |shape, spacing, height, depth| Stock {
            shape,
            spacing,
            height,
            depth,
        };
        match self.terrain {
            Terrain::Mountains => Some(stock(TreeShape::Conifer, 9.0, 24.0, 1_650.0)),
            Terrain::Lake => Some(stock(TreeShape::Conifer, 10.0, 24.0, 2_100.0)),
            Terrain::Forest => {
                let shape = if self.is_autumn {
                    TreeShape::Broad
                } else {
                    TreeShape::Conifer
                };
                let spacing = if self.is_autumn { 9.5 } else { 6.5 };
                Some(stock(shape, spacing, 22.0, 1_200.0))
            }
            Terrain::Hills => Some(stock(TreeShape::Broad, 7.5, 11.0, 1_500.0)),
            Terrain::NightSky => Some(stock(TreeShape::Conifer, 8.0, 17.0, 800.0)),
            Terrain::Island => Some(stock(TreeShape::Broad, 8.0, 9.0, 3_000.0)),
            _ => None,
        }
    }

    /// Trees on the ground: how high they stand over it and how deep in their shade the place is.
    pub(super) fn tree_density(&self, place: Place) -> f32 {
        match self.terrain {
            Terrain::Forest => 1.0,
            // Above the tree line, however it bends.
            Terrain::Mountains | Terrain::Lake if place.height > 1_160.0 => 0.0,
            Terrain::Mountains | Terrain::Lake => {
                let patch = fbm(place.x / 380.0, place.z / 380.0, 3, self.seed ^ 0x5B);
                let level = 1.0 - smoothstep(420.0, 900.0, place.height + 260.0 * patch);
                level
                    * smoothstep(0.55, 0.78, place.flatness + 0.25 * patch)
                    * smoothstep(3.0, 14.0, place.height)
            }
            Terrain::Hills => {
                let (_, border) = self.field(place.x, place.z);
                let hedge = 0.55 * (1.0 - smoothstep(3.0, 7.0, border));
                let patch = fbm(place.x / 420.0, place.z / 420.0, 4, self.seed ^ 0x5B);
                smoothstep(0.2, 0.27, patch).max(hedge)
            }
            Terrain::NightSky => {
                let patch = fbm(place.x / 420.0, place.z / 420.0, 4, self.seed ^ 0x5B);
                smoothstep(0.0, 0.12, patch)
            }
            Terrain::Island => {
                smoothstep(9.0, 26.0, place.height) * smoothstep(0.5, 0.75, place.flatness)
            }
            _ => 0.0,
        }
    }

    /// The colour of the ground in white light.
    pub(super) fn surface(&self, place: Place) -> Rgb {
        let Place { x, z, .. } = place;
        let grain = fbm(x / 37.0, z / 37.0, 3, self.seed ^ 0x28);
        let bare = match self.terrain {
            Terrain::Desert => {
                let bent = 3.0 * noise(x / 26.0, z / 26.0, self.seed ^ 0x30);
                let ripple = noise(x / 14.0, (z + bent) / 2.6, self.seed ^ 0x29);
                hex(0xD9_A4_62).mix(
                    hex(0xB8_7A_42),
                    (0.5 + 0.45 * grain + 0.3 * ripple).clamp(0.0, 1.0),
                )
            }
            Terrain::Canyon => self.canyon_rock(place, grain),
            Terrain::Island => self.island_ground(place, grain),
            Terrain::Hills => self.farmland(place, grain),
            _ => self.alpine_ground(place, grain),
        };
        bare.mix(rgb(0.86, 0.88, 0.92), self.snow(place, grain))
    }

    /// How much of a place lies under snow.
    fn snow(&self, place: Place, grain: f32) -> f32 {
        let lies = |high: f32| {
            smoothstep(
                0.52,
                0.7,
                place.flatness + 0.1 * grain + 0.12 * (high - 0.5),
            )
        };
        let has_alpine_snow = matches!(
            self.terrain,
            Terrain::Mountains
                | Terrain::Lake
                | Terrain::Hills
                | Terrain::NightSky
                | Terrain::Forest
        );
        let over = place.height - self.snow_line;
        // Drifts reach no further than this from the line.
        if !has_alpine_snow || over < -700.0 {
            return self.snow_cover * lies(0.5);
        }
        let drift = fbm(place.x / 210.0, place.z / 210.0, 4, self.seed ^ 0x32);
        let high = smoothstep(-160.0, 260.0, over + 520.0 * drift);
        (high * lies(high)).max(self.snow_cover * lies(high))
    }

    fn alpine_ground(&self, place: Place, grain: f32) -> Rgb {
        let Place {
            x,
            z,
            height,
            flatness,
            ..
        } = place;
        let patch = fbm(x / 260.0, z / 260.0, 3, self.seed ^ 0x2A);
        let field = self.grass.mix(
            self.grass_dry,
            (0.45 + 0.9 * patch + 0.3 * grain).clamp(0.0, 1.0),
        );
        // Tufts, where a cell is small enough to show them.
        let field = if place.cell < 4.0 {
            field * (1.0 + 0.3 * fbm(x / 7.0, z / 7.0, 2, self.seed ^ 0x2F))
        } else {
            field
        };
        let bare = smoothstep(0.86, 0.68, flatness + 0.12 * grain).max(smoothstep(
            620.0,
            1_150.0,
            height + 240.0 * patch,
        ));
        if bare <= 0.0 {
            return field;
        }
        let rock = hex(0x7A_71_68).mix(hex(0x54_4E_4A), (0.5 + 0.8 * grain).clamp(0.0, 1.0));
        let strata = 0.85 + 0.15 * noise(height / 23.0, (x + z) / 900.0, self.seed ^ 0x2B);
        field.mix(rock * strata, bare)
    }

    fn canyon_rock(&self, place: Place, grain: f32) -> Rgb {
        let Place {
            x,
            z,
            height,
            flatness,
            ..
        } = place;
        let bend = 14.0 * noise(x / 400.0, z / 400.0, self.seed ^ 0x2C);
        let band = noise((height + bend) / 17.0, 0.5, self.seed ^ 0x2D);
        let fine = noise((height + bend) / 4.5, 2.5, self.seed ^ 0x2E);
        let stripe = (0.5 + 0.6 * band + 0.25 * fine).clamp(0.0, 1.0);
        let wall = hex(0x00B0_5832).mix(hex(0xDB_9A_66), stripe);
        let top = hex(0xC4_8C_5C).mix(hex(0x8E_7A_4A), (0.5 + grain).clamp(0.0, 1.0));
        wall.mix(top, smoothstep(0.8, 0.95, flatness))
    }

    fn island_ground(&self, place: Place, grain: f32) -> Rgb {
        let sand = hex(0xE4_CF_A2);
        let rock = hex(0x6B_62_58).mix(hex(0x8A_7E_70), (0.5 + grain).clamp(0.0, 1.0));
        let green = self
            .grass
            .mix(self.trees_other, (0.5 + grain).clamp(0.0, 1.0));
        let ground = green.mix(rock, smoothstep(0.78, 0.6, place.flatness));
        sand.mix(ground, smoothstep(3.0, 9.0, place.height + 4.0 * grain))
    }

    /// The colour of a tree's leaves or needles; `variety` (0 to 1) tells trees apart.
    pub(super) fn leaves(&self, variety: f32) -> Rgb {
        let leaves = if self.is_autumn && variety > 0.78 {
            // Some are late.
            hex(0x5A_6A_2A).mix(self.trees_other, (variety - 0.78) * 3.0)
        } else if self.is_autumn && variety < 0.2 {
            hex(0x8A_30_1A).mix(self.trees, variety * 5.0)
        } else {
            self.trees.mix(self.trees_other, variety)
        };
        leaves.mix(rgb(0.8, 0.83, 0.88), self.snow_cover * 0.55)
    }
}
