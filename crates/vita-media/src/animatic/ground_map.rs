//! A piece of land as two grids, heights and lit colours, computed once for a clip.

use rayon::prelude::*;

use super::camera::View;
use super::color::{PackedRgb, Rgb};
use super::land::{Land, Place};
use super::noise::{lerp, smoothstep};
use super::palette::Light;

/// The part of the ground that a map covers and how finely.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) x0: f32,
    pub(super) z0: f32,
    /// Metres a cell.
    pub(super) cell: f32,
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Extent {
    /// What `views` see between the depths `from` and `to`, in at most about `cells_max` cells.
    pub(super) fn seen(views: &[View], from: f32, to: f32, cells_max: f32) -> Self {
        let (mut x0, mut x1, mut z0, mut z1) = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
        for view in views {
            for column in [0.0, view.width as f32] {
                for depth in [from, to] {
                    let (ray_x, ray_z) = view.ray(column);
                    let (x, z) = (view.x + ray_x * depth, view.z + ray_z * depth);
                    (x0, x1) = (x0.min(x), x1.max(x));
                    (z0, z1) = (z0.min(z), z1.max(z));
                }
            }
        }
        let cell = ((x1 - x0) * (z1 - z0) / cells_max).sqrt().max(0.4);
        Self {
            x0: x0 - 2.0 * cell,
            z0: z0 - 2.0 * cell,
            cell,
            columns: ((x1 - x0) / cell) as usize + 5,
            rows: ((z1 - z0) / cell) as usize + 5,
        }
    }

    fn place(&self, column: usize, row: usize) -> (f32, f32) {
        (
            self.x0 + column as f32 * self.cell,
            self.z0 + row as f32 * self.cell,
        )
    }
}

/// Columns of each row that some view sees; the others are never computed.
fn seen_columns(extent: &Extent, views: &[View]) -> Vec<(usize, usize)> {
    (0..extent.rows)
        .map(|row| {
            let z = extent.z0 + row as f32 * extent.cell;
            let (mut from, mut to) = (f32::MAX, f32::MIN);
            for view in views {
                for column in [0.0, view.width as f32] {
                    let (ray_x, ray_z) = view.ray(column);
                    let depth = ((z - view.z) / ray_z).max(0.0);
                    let x = view.x + ray_x * depth;
                    (from, to) = (from.min(x), to.max(x));
                }
            }
            let margin = 6.0 + (to - from) / extent.cell * 0.06;
            let first = ((from - extent.x0) / extent.cell - margin).max(0.0) as usize;
            let last = ((to - extent.x0) / extent.cell + margin).max(0.0) as usize;
            (first.min(extent.columns), last.min(extent.columns))
        })
        .collect()
}

/// Heights and lit colours of a piece of land.
#[derive(Debug)]
pub(super) struct GroundMap {
    pub(super) extent: Extent,
    heights: Vec<f32>,
    colors: Vec<PackedRgb>,
    /// How much of the sun reaches each cell, 0 to 255.
    sunlit: Vec<u8>,
    inverse_cell: f32,
    /// The highest ground of each block of cells, and how many blocks a row has.
    block_tops: Vec<f32>,
    blocks_across: usize,
}

/// The height of places that no view sees.
const UNSEEN: f32 = -1_000.0;

/// Cells a side of a block, whose highest point tells in one step that all of it is hidden.
const BLOCK: usize = 16;

/// Where between four cells a place is.
#[derive(Clone, Copy)]
struct Spot {
    index: usize,
    fx: f32,
    fz: f32,
}

/// What the land is seen by and with.
#[derive(Clone, Copy)]
pub(super) struct Scenery<'a> {
    pub(super) land: &'a Land,
    pub(super) light: &'a Light,
    pub(super) views: &'a [View],
}

impl GroundMap {
    /// Computes the map. `far` lends its shadows to a finer map before it.
    pub(super) fn bake(
        extent: Extent,
        scenery: Scenery<'_>,
        detail: u32,
        far: Option<&Self>,
    ) -> Self {
        let seen = seen_columns(&extent, scenery.views);
        let heights = heights_of(&extent, &seen, scenery, detail);
        let mut map = Self {
            inverse_cell: 1.0 / extent.cell,
            block_tops: block_tops(&extent, &heights),
            blocks_across: extent.columns.div_ceil(BLOCK),
            colors: vec![PackedRgb::default(); heights.len()],
            sunlit: vec![255; heights.len()],
            heights,
            extent,
        };
        match far {
            Some(far) => map.borrow_shadows(far, &seen),
            None => map.cast_shadows(scenery.light),
        }
        map.light_surfaces(scenery, &seen);
        map
    }

    #[inline]
    fn spot(&self, x: f32, z: f32) -> Spot {
        let u =
            ((x - self.extent.x0) * self.inverse_cell).clamp(0.0, (self.extent.columns - 2) as f32);
        let v =
            ((z - self.extent.z0) * self.inverse_cell).clamp(0.0, (self.extent.rows - 2) as f32);
        let (column, row) = (u as usize, v as usize);
        Spot {
            index: row * self.extent.columns + column,
            fx: u - column as f32,
            fz: v - row as f32,
        }
    }

    /// The height at a place.
    #[inline]
    pub(super) fn height(&self, x: f32, z: f32) -> f32 {
        let Spot { index, fx, fz } = self.spot(x, z);
        let below = index + self.extent.columns;
        let near = lerp(self.heights[index], self.heights[index + 1], fx);
        let far = lerp(self.heights[below], self.heights[below + 1], fx);
        lerp(near, far, fz)
    }

    /// The lit colour at a place.
    #[inline]
    pub(super) fn color(&self, x: f32, z: f32) -> Rgb {
        let Spot { index, fx, fz } = self.spot(x, z);
        let below = index + self.extent.columns;
        let near = self.colors[index]
            .roots()
            .mix(self.colors[index + 1].roots(), fx);
        let far = self.colors[below]
            .roots()
            .mix(self.colors[below + 1].roots(), fx);
        PackedRgb::square(near.mix(far, fz))
    }

    /// How much of the sun reaches a place, 0 to 255.
    pub(super) fn sunlight(&self, x: f32, z: f32) -> u8 {
        self.sunlit[self.spot(x, z).index]
    }

    /// How steeply the ground rises to the right and ahead at a place.
    pub(super) fn slopes(&self, x: f32, z: f32) -> (f32, f32) {
        let step = self.extent.cell;
        let rise = |dx: f32, dz: f32| self.height(x + dx, z + dz) - self.height(x - dx, z - dz);
        (
            rise(step, 0.0) / (2.0 * step),
            rise(0.0, step) / (2.0 * step),
        )
    }

    /// True when the map knows the place: some view may see it.
    pub(super) fn is_seen(&self, x: f32, z: f32) -> bool {
        self.heights[self.spot(x, z).index] > UNSEEN
    }

    /// A height that no ground between two places, and near the line between them, is over.
    #[inline]
    pub(super) fn highest_between(&self, (x0, z0): (f32, f32), (x1, z1): (f32, f32)) -> f32 {
        let block = |at: f32, from: f32, cells: usize| {
            let cell = ((at - from) * self.inverse_cell).clamp(0.0, (cells - 2) as f32);
            cell as usize / BLOCK
        };
        let (columns, rows) = (self.extent.columns, self.extent.rows);
        let (a, b) = (
            block(x0, self.extent.x0, columns),
            block(x1, self.extent.x0, columns),
        );
        let (c, d) = (
            block(z0, self.extent.z0, rows),
            block(z1, self.extent.z0, rows),
        );
        let mut highest = f32::MIN;
        for row in c.min(d)..=c.max(d) {
            for column in a.min(b)..=a.max(b) {
                highest = highest.max(self.block_tops[row * self.blocks_across + column]);
            }
        }
        highest
    }

    fn borrow_shadows(&mut self, far: &Self, seen: &[(usize, usize)]) {
        let extent = self.extent;
        self.sunlit
            .par_chunks_mut(extent.columns)
            .enumerate()
            .for_each(|(row, line)| {
                let (from, to) = seen[row];
                for (column, sunlit) in line.iter_mut().enumerate().take(to).skip(from) {
                    let (x, z) = extent.place(column, row);
                    *sunlit = far.sunlight(x, z);
                }
            });
    }

    /// Sweeps a shadow's upper edge over the map, away from the sun.
    fn cast_shadows(&mut self, light: &Light) {
        let [sun_x, sun_y, sun_z] = light.shading_direction();
        let (columns, rows) = (self.extent.columns, self.extent.rows);
        let along_rows = sun_z.abs() >= sun_x.abs();
        let (major, minor) = if along_rows {
            (sun_z, sun_x)
        } else {
            (sun_x, sun_z)
        };
        let lanes = if along_rows { columns } else { rows };
        let steps = if along_rows { rows } else { columns };
        let drift = minor / major.abs();
        let ground_step = self.extent.cell * (1.0 + drift * drift).sqrt();
        let ground_length = (sun_x * sun_x + sun_z * sun_z).sqrt().max(1e-3);
        let drop = ground_step * sun_y / ground_length;
        let softness = 3.0 + drop * 1.5;
        let index = |step: usize, lane: usize| {
            if along_rows {
                step * columns + lane
            } else {
                lane * columns + step
            }
        };
        let mut edge = vec![f32::MIN; lanes];
        let mut next = edge.clone();
        for counted in 0..steps {
            // Begin on the sun's side.
            let step = if major > 0.0 {
                steps - 1 - counted
            } else {
                counted
            };
            for (lane, next) in next.iter_mut().enumerate() {
                let from = (lane as f32 + drift).clamp(0.0, (lanes - 1) as f32);
                let first = (from as usize).min(lanes.saturating_sub(2));
                let shadow = if counted == 0 {
                    f32::MIN
                } else {
                    lerp(edge[first], edge[first + 1], from - first as f32) - drop
                };
                let height = self.heights[index(step, lane)];
                let lit = smoothstep(-softness, softness, height - shadow + softness * 0.5);
                self.sunlit[index(step, lane)] = (lit * 255.0) as u8;
                *next = shadow.max(height);
            }
            std::mem::swap(&mut edge, &mut next);
        }
    }

    fn light_surfaces(&mut self, scenery: Scenery<'_>, seen: &[(usize, usize)]) {
        let (extent, heights, sunlit) = (self.extent, &self.heights, &self.sunlit);
        let columns = extent.columns;
        self.colors
            .par_chunks_mut(columns)
            .enumerate()
            .for_each(|(row, line)| {
                let (from, to) = seen[row];
                for column in from..to {
                    let at = |column: usize, row: usize| {
                        heights[row.min(extent.rows - 1) * columns + column.min(columns - 1)]
                    };
                    let slope_x = at(column + 1, row) - at(column.saturating_sub(1), row);
                    let slope_z = at(column, row + 1) - at(column, row.saturating_sub(1));
                    let wide = 4;
                    let around = (at(column + wide, row)
                        + at(column.saturating_sub(wide), row)
                        + at(column, row + wide)
                        + at(column, row.saturating_sub(wide)))
                        * 0.25;
                    let (x, z) = extent.place(column, row);
                    let lit = Facet {
                        x,
                        z,
                        height: at(column, row),
                        slope_x: slope_x / (2.0 * extent.cell),
                        slope_z: slope_z / (2.0 * extent.cell),
                        hollow: (around - at(column, row)) / (wide as f32 * extent.cell),
                        sunlit: f32::from(sunlit[row * columns + column]) / 255.0,
                        cell: extent.cell,
                    };
                    line[column] = PackedRgb::pack(lit.color(scenery));
                }
            });
    }
}

fn block_tops(extent: &Extent, heights: &[f32]) -> Vec<f32> {
    let (across, down) = (extent.columns.div_ceil(BLOCK), extent.rows.div_ceil(BLOCK));
    let mut tops = vec![f32::MIN; across * down];
    for (index, top) in tops.iter_mut().enumerate() {
        let (first_column, first_row) = (index % across * BLOCK, index / across * BLOCK);
        // One cell more: a place between two blocks is interpolated from both.
        let last_column = (first_column + BLOCK + 1).min(extent.columns);
        for row in first_row..(first_row + BLOCK + 1).min(extent.rows) {
            let line = &heights[row * extent.columns..][first_column..last_column];
            *top = line.iter().copied().fold(*top, f32::max);
        }
    }
    tops
}

fn heights_of(
    extent: &Extent,
    seen: &[(usize, usize)],
    scenery: Scenery<'_>,
    detail: u32,
) -> Vec<f32> {
    let mut heights = vec![UNSEEN; extent.columns * extent.rows];
    heights
        .par_chunks_mut(extent.columns)
        .enumerate()
        .for_each(|(row, line)| {
            let (from, to) = seen[row];
            for (column, height) in line.iter_mut().enumerate().take(to).skip(from) {
                let (x, z) = extent.place(column, row);
                *height = scenery.land.height(x, z, detail);
            }
        });
    heights
}

/// A bit of the surface, before it is lit.
struct Facet {
    x: f32,
    z: f32,
    height: f32,
    slope_x: f32,
    slope_z: f32,
    /// How much lower than its surroundings it is, as a slope.
    hollow: f32,
    sunlit: f32,
    cell: f32,
}

impl Facet {
    fn color(&self, scenery: Scenery<'_>) -> Rgb {
        let Scenery { land, light, .. } = scenery;
        let length = (1.0 + self.slope_x * self.slope_x + self.slope_z * self.slope_z).sqrt();
        let up = 1.0 / length;
        let [sun_x, sun_y, sun_z] = light.shading_direction();
        let facing = (sun_y - self.slope_x * sun_x - self.slope_z * sun_z) * up;
        let place = Place {
            x: self.x,
            z: self.z,
            height: self.height,
            flatness: up,
            cell: self.cell,
        };
        let mut surface = land.surface(place);
        let density = land.tree_density(place);
        let mut canopy_shade = 1.0;
        if density > 0.02 {
            let crown = super::noise::fbm(self.x / 11.0, self.z / 11.0, 3, 17);
            let variety =
                (0.5 + super::noise::noise(self.x / 60.0, self.z / 60.0, 19)).clamp(0.0, 1.0);
            surface = surface.mix(land.leaves(variety), density * 0.93);
            canopy_shade = lerp(1.0, (0.72 + 0.9 * crown).clamp(0.25, 1.3), density);
        }
        // Rough ground still catches light that would pass a smooth one.
        let direct = (facing * 0.88 + 0.12).max(0.0) * self.sunlit;
        let open = (1.0 - 1.1 * self.hollow).clamp(0.35, 1.15);
        let sky_share = 0.5 + 0.5 * up;
        let ambient = light.ambient_ground.mix(light.ambient_sky, sky_share) * open;
        let bounce = light.sun * (0.05 * (1.0 - direct.min(1.0)) * (0.4 + 0.6 * self.sunlit));
        let received = light.sun * direct + ambient + bounce;
        surface.saturate(light.color_sense).tint(received) * canopy_shade
    }
}
