//! Single trees: where they stand, and which columns of the picture they fill.

use super::camera::View;
use super::color::Rgb;
use super::ground_map::GroundMap;
use super::land::{Land, Place};
use super::noise::{hash2, lerp, noise, split, unit2};
use super::palette::Light;

/// The most trees of a clip; more would take longer to draw than the ground.
const TREES_MAX: usize = 42_000;

/// How a tree is shaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TreeShape {
    /// Pointed, with layered branches.
    Conifer,
    /// Round, on a short stem.
    Broad,
}

/// The trees of a land: how they stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stock {
    pub(super) shape: TreeShape,
    /// Metres from tree to tree in a wood.
    pub(super) spacing: f32,
    /// Height of a grown tree, metres.
    pub(super) height: f32,
    /// As far as this, metres, trees stand singly; behind it the ground is coloured like them.
    pub(super) depth: f32,
}

#[derive(Clone, Copy, Debug)]
struct Tree {
    x: f32,
    z: f32,
    ground: f32,
    height: f32,
    radius: f32,
    lit: Rgb,
    shade: Rgb,
    /// The ground below it, in its shadow.
    floor: Rgb,
    seed: u32,
}

/// All trees of a clip.
#[derive(Debug)]
pub(super) struct Trees {
    shape: TreeShape,
    standing: Vec<Tree>,
    /// Light comes from this side (−1 left, 1 right); 0 when the sun stands ahead or behind.
    lit_side: f32,
    /// The share of the light on the faces that are seen.
    lit_front: f32,
}

/// A column's part of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct TreeSlice {
    pub(super) depth: f32,
    /// Height of its upper end over the world's zero.
    pub(super) top: f32,
    /// Where the tree stands.
    pub(super) ground: f32,
    /// Colours of its upper and lower end.
    pub(super) upper: Rgb,
    pub(super) lower: Rgb,
    /// The lower end of the crown over the world's zero; below it is what stands under the tree.
    pub(super) crown: f32,
    pub(super) under: Rgb,
    /// Where on the tree the column is, to draw its leaves.
    pub(super) grain: u32,
}

/// The slices of every column of one frame, near ones first.
#[derive(Debug, Default)]
pub(super) struct TreeColumns {
    /// Where each column's slices begin.
    starts: Vec<u32>,
    slices: Vec<TreeSlice>,
    order: Vec<(f32, u32)>,
}

impl Trees {
    /// Plants the trees that the clip's views see.
    pub(super) fn plant(
        stock: Stock,
        land: &Land,
        light: &Light,
        ground: &GroundMap,
        seed: u32,
    ) -> Self {
        let extent = ground.extent;
        let columns = (extent.columns as f32 * extent.cell / stock.spacing) as i32;
        let rows = (extent.rows as f32 * extent.cell / stock.spacing) as i32;
        let mut trees = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                if trees.len() == TREES_MAX {
                    break;
                }
                let unit = |salt: u32| unit2(column, row, seed ^ salt);
                let x = extent.x0 + (column as f32 + unit(1)) * stock.spacing;
                let z = extent.z0 + (row as f32 + unit(2)) * stock.spacing;
                if z > stock.depth || !ground.is_seen(x, z) {
                    continue;
                }
                let height = ground.height(x, z);
                let (slope_x, slope_z) = ground.slopes(x, z);
                let place = Place {
                    x,
                    z,
                    height,
                    flatness: 1.0 / (1.0 + slope_x * slope_x + slope_z * slope_z).sqrt(),
                    cell: stock.spacing,
                };
                if unit(3) > land.tree_density(place) {
                    continue;
                }
                trees.push(grow(
                    stock,
                    land,
                    light,
                    ground,
                    place,
                    hash2(column, row, seed),
                ));
            }
        }
        let [sun_x, _, sun_z] = light.sun_direction();
        Self {
            shape: stock.shape,
            standing: trees,
            lit_side: sun_x,
            lit_front: 0.5 - 0.5 * sun_z,
        }
    }

    /// Finds what every column of a view shows of the trees.
    pub(super) fn project(&self, view: &View, columns: &mut TreeColumns) {
        let (sin, cos) = view.yaw.sin_cos();
        let place = |tree: &Tree| {
            let (dx, dz) = (tree.x - view.x, tree.z - view.z);
            (dx * sin + dz * cos, dx * cos - dz * sin)
        };
        columns.order.clear();
        columns.starts.clear();
        columns.starts.resize(view.width + 1, 0);
        let reach = |tree: &Tree, depth: f32, right: f32| {
            let scale = view.focal / depth;
            let center = view.width as f32 * 0.5 + right * scale;
            let half = (tree.radius * scale).max(0.5);
            let from = (center - half + 0.5).clamp(0.0, view.width as f32) as usize;
            let to = (center + half + 0.5).clamp(0.0, view.width as f32) as usize;
            (from, to, center, half)
        };
        for (index, tree) in self.standing.iter().enumerate() {
            let (depth, right) = place(tree);
            if depth < NEAREST_TREE {
                continue;
            }
            let (from, to, ..) = reach(tree, depth, right);
            if from < to {
                columns.order.push((depth, index as u32));
                columns.starts[from..to]
                    .iter_mut()
                    .for_each(|count| *count += 1);
            }
        }
        columns.order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut sum = 0;
        for start in &mut columns.starts {
            sum += std::mem::replace(start, sum);
        }
        let filler = TreeSlice {
            depth: f32::MAX,
            top: 0.0,
            ground: 0.0,
            upper: Rgb::BLACK,
            lower: Rgb::BLACK,
            crown: 0.0,
            under: Rgb::BLACK,
            grain: 0,
        };
        columns.slices.clear();
        columns.slices.resize(sum as usize, filler);
        for &(depth, index) in &columns.order {
            let tree = &self.standing[index as usize];
            let (_, right) = place(tree);
            let (from, to, center, half) = reach(tree, depth, right);
            for column in from..to {
                let side = ((column as f32 + 0.5 - center) / half).clamp(-1.0, 1.0);
                let at = &mut columns.starts[column];
                columns.slices[*at as usize] = self.slice(tree, depth, side, half);
                *at += 1;
            }
        }
        // Filling moved every start to the next column's.
        columns.starts.rotate_right(1);
        columns.starts[0] = 0;
    }

    fn slice(&self, tree: &Tree, depth: f32, side: f32, half: f32) -> TreeSlice {
        let (share, crown, bright) = match self.shape {
            TreeShape::Conifer => conifer(side, tree.seed, half),
            TreeShape::Broad => broad(side, tree.seed),
        };
        // A tree narrower than a pixel covers only a part of its column.
        let thin = (half * 2.0).min(1.0);
        let toward = self.lit_front + self.lit_side * side * 0.6;
        let light = (toward * bright).clamp(0.0, 1.0);
        let body = tree.shade.mix(tree.lit, light);
        TreeSlice {
            depth,
            top: tree.ground + tree.height * share * lerp(0.6, 1.0, thin),
            ground: tree.ground,
            upper: body,
            lower: body.mix(tree.shade, 0.6) * 0.55,
            crown: tree.ground + tree.height * crown,
            under: tree.floor,
            grain: tree.seed ^ ((side * 9.0 + 20.0) as u32).wrapping_mul(0x9E37_79B1),
        }
    }
}

/// Nearer trees would fill the picture.
const NEAREST_TREE: f32 = 14.0;

fn grow(
    stock: Stock,
    land: &Land,
    light: &Light,
    ground: &GroundMap,
    place: Place,
    seed: u32,
) -> Tree {
    let unit = |shift: u32| ((seed >> shift) & 0xFF) as f32 / 255.0;
    let height = stock.height * lerp(0.55, 1.15, unit(0));
    let radius = match stock.shape {
        TreeShape::Conifer => height * lerp(0.15, 0.21, unit(8)),
        TreeShape::Broad => height * lerp(0.26, 0.44, unit(8)),
    };
    let stand = noise(place.x / 140.0, place.z / 140.0, 23);
    let leaves = land.leaves((unit(16) * 0.9 + 0.05 + 0.5 * stand).clamp(0.0, 1.0));
    let leaves = (leaves * lerp(0.75, 1.2, unit(24))).saturate(light.color_sense);
    let sunlit = f32::from(ground.sunlight(place.x, place.z)) / 255.0;
    let ambient = light.ambient_sky * 0.62 + light.ambient_ground * 0.4;
    Tree {
        x: place.x,
        z: place.z,
        ground: place.height - 0.4,
        height,
        radius,
        lit: leaves.tint(ambient + light.sun * (0.72 * sunlit)),
        shade: leaves.tint(ambient * 0.9 + light.sun * (0.09 * sunlit)),
        floor: ground.color(place.x, place.z) * 0.5,
        seed,
    }
}

/// A conifer at `side` (−1 to 1): where its upper and its lower end are as shares of its height, and
/// how bright it is there. `half` is its half width in pixels: branches too small to be seen are not
/// drawn.
fn conifer(side: f32, seed: u32, half: f32) -> (f32, f32, f32) {
    let out = side.abs();
    let taper = 1.0 - out * (1.08 - 0.08 * out);
    let branches = 7.0 + (seed & 3) as f32;
    let (_, at) = split(out * branches + ((seed >> 4) & 7) as f32 * 0.13);
    let notch = at * 0.75 / branches;
    let depth = (half / 5.0).min(1.0);
    let stem = if out < 0.1 { 0.04 } else { 0.0 };
    let upper = (taper - notch * depth + stem).clamp(0.06, 1.0);
    (upper, 0.05 * out, 1.0 - 0.35 * notch * branches)
}

/// A broad-leaved tree at `side`, as [`conifer`].
fn broad(side: f32, seed: u32) -> (f32, f32, f32) {
    let round = (1.0 - side * side).max(0.0).sqrt();
    let (u, v) = ((seed & 0xFF) as f32, (seed >> 8 & 0xFF) as f32);
    let lump = noise(side * 3.0 + u, v, 29);
    let upper = (0.5 + 0.42 * round + 0.1 * lump).clamp(0.3, 1.0);
    let stem = side.abs() < 0.1;
    let lower = if stem {
        0.0
    } else {
        0.42 - 0.3 * round + 0.06 * noise(side * 5.0 + v, u, 31)
    };
    (upper, lower.clamp(0.0, upper - 0.05), 0.85 + 0.3 * lump)
}

impl TreeColumns {
    /// The slices of column `x`, near ones first.
    #[inline]
    pub(super) fn column(&self, x: usize) -> &[TreeSlice] {
        match self.starts.get(x..x + 2) {
            Some(&[from, to]) => &self.slices[from as usize..to as usize],
            _ => &[],
        }
    }
}
