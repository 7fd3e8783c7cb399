//! Reference images as the scene: the camera moves over each as over a photograph on a table, and
//! one fades into the next.

use rayon::prelude::*;
use vita_model::{ClipSpec, FrameSize};

use super::color::Rgb;
use super::grade::film;
use super::noise::{fbm, smoothstep};
use super::scene::{CameraMove, Mood, TimeOfDay};
use super::vocabulary::AnimaticPlan;
use crate::image::Picture;

/// How much larger than the frame a plate is, so that there is room to move without enlarging.
const ROOM: f32 = 1.3;

/// Longest fade from one image into the next, in seconds.
const FADE_SECONDS: f32 = 1.0;

/// The fade's longest share of the time that an image has.
const FADE_SHARE: f32 = 0.4;

/// The brightest light of a plate: what the film curve shows as nearly white.
const LIGHT_MAX: f32 = 4.0;

/// Steps of the table from picture values to light.
const STEPS: usize = 1024;

/// The pictures of a clip and the way over them.
#[derive(Debug)]
pub(super) struct Plates {
    in_order: Vec<Plate>,
    /// Light for every picture value, with the colours of the words' time and mood.
    to_light: Vec<Rgb>,
    /// How long an image is seen, and how long it fades, as shares of the clip.
    step: f32,
    fade: f32,
    size: FrameSize,
}

/// One picture, column by column, and the move over it.
#[derive(Debug)]
struct Plate {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
    path: Path,
}

/// A part of a plate: its middle, and how many times the frame fits into it, each 0 to 1 of the
/// plate's sides.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Window {
    x: f32,
    y: f32,
    zoom: f32,
}

/// The move over one plate.
#[derive(Clone, Copy, Debug)]
struct Path {
    /// None for the usual slow zoom with a drift, when the words name no move.
    movement: Option<CameraMove>,
    /// How much it moves, 0 to 1.
    amount: f32,
    seconds: f32,
    side: f32,
    is_inward: bool,
    seed: u32,
}

/// The size that pictures have to be loaded with for a clip.
pub(crate) fn plate_size(frame: FrameSize) -> FrameSize {
    let side = |length: u32| (length as f32 * ROOM).round() as u32;
    FrameSize {
        width: side(frame.width),
        height: side(frame.height),
    }
}

impl Plates {
    pub(super) fn new(plan: &AnimaticPlan, spec: ClipSpec, pictures: Vec<Picture>) -> Self {
        let count = pictures.len().max(1) as f32;
        let seconds = spec.duration.get() as f32;
        let fade_seconds = FADE_SECONDS.min(seconds / count * FADE_SHARE);
        let fade = if pictures.len() > 1 {
            fade_seconds / seconds
        } else {
            0.0
        };
        let step = (1.0 - fade) / count;
        let seed = plan.world_seed();
        let plates = pictures.into_iter().zip(0_u32..).map(|(picture, number)| {
            let is_odd = (number ^ (seed as u32 >> 3)) & 1 == 1;
            let path = Path {
                movement: plan.names_camera().then_some(plan.camera),
                amount: amount(plan, seconds * (step + fade)),
                seconds: seconds * (step + fade),
                side: if is_odd { -1.0 } else { 1.0 },
                is_inward: (number + (seed as u32 >> 4)) & 1 == 0,
                seed: (seed as u32).wrapping_add(number.wrapping_mul(977)),
            };
            Plate::new(&picture, path)
        });
        Self {
            in_order: plates.collect(),
            to_light: light_table(plan),
            step,
            fade,
            size: spec.frame_size(),
        }
    }

    /// Draws the moment `share` (0 to 1) into the column-wise `canvas`.
    pub(super) fn draw(&self, share: f32, canvas: &mut [Rgb]) {
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let number = ((share / self.step) as usize).min(self.in_order.len() - 1);
        let since = share - number as f32 * self.step;
        // While it begins, the one before it is still there.
        let before = number
            .checked_sub(1)
            .filter(|_| since < self.fade)
            .map(|before| self.sampler(before, since + self.step));
        let shown = smoothstep(0.0, self.fade.max(f32::EPSILON), since);
        let sampler = self.sampler(number, since);
        canvas
            .par_chunks_mut(height)
            .enumerate()
            .for_each(|(x, pixels)| {
                let across = (x as f32 + 0.5) / width as f32 - 0.5;
                let own = sampler.column(across);
                let before = before.as_ref().map(|before| before.column(across));
                for (row, pixel) in pixels.iter_mut().enumerate() {
                    let down = (row as f32 + 0.5) / height as f32 - 0.5;
                    let mut value = own.at(down);
                    if let Some(before) = &before {
                        let old = before.at(down);
                        for (value, old) in value.iter_mut().zip(old) {
                            *value = old + (*value - old) * shown;
                        }
                    }
                    *pixel = self.light(value);
                }
            });
    }

    fn sampler(&self, number: usize, since: f32) -> Sampler<'_> {
        let plate = &self.in_order[number];
        let share = since / (self.step + self.fade).max(f32::EPSILON);
        Sampler {
            plate,
            window: plate.path.at(share.clamp(0.0, 1.0)),
        }
    }

    #[inline]
    fn light(&self, value: [f32; 3]) -> Rgb {
        let look_up = |value: f32| {
            let index = (value * ((STEPS - 1) as f32 / 255.0) + 0.5) as usize;
            self.to_light[index.min(STEPS - 1)]
        };
        Rgb {
            r: look_up(value[0]).r,
            g: look_up(value[1]).g,
            b: look_up(value[2]).b,
        }
    }
}

impl Plate {
    /// Turns rows into columns, as the canvas has them.
    fn new(picture: &Picture, path: Path) -> Self {
        let (width, height) = (picture.size.width as usize, picture.size.height as usize);
        let mut pixels = vec![0; picture.pixels.len()];
        pixels
            .par_chunks_mut(height * 3)
            .enumerate()
            .for_each(|(x, column)| {
                for (row, pixel) in column.chunks_exact_mut(3).enumerate() {
                    let at = (row * width + x) * 3;
                    pixel.copy_from_slice(&picture.pixels[at..at + 3]);
                }
            });
        Self {
            width,
            height,
            pixels,
            path,
        }
    }
}

/// A plate seen through a window.
struct Sampler<'a> {
    plate: &'a Plate,
    window: Window,
}

/// Two neighbouring columns of a plate, of which one column of the frame is mixed.
struct Columns<'a> {
    left: &'a [u8],
    right: &'a [u8],
    share: f32,
    /// Rows of the plate for the frame's height, and where its middle lies.
    rows: f32,
    middle: f32,
}

impl<'a> Sampler<'a> {
    /// The column that lies `across` (-0.5 to 0.5) the frame.
    fn column(&self, across: f32) -> Columns<'a> {
        let Window { x, y, zoom } = self.window;
        let Plate {
            width,
            height,
            pixels,
            ..
        } = self.plate;
        let at = (x + across / zoom) * *width as f32 - 0.5;
        let at = at.clamp(0.0, (*width - 1) as f32);
        let left = at as usize;
        let right = (left + 1).min(width - 1);
        let column = |x: usize| &pixels[x * height * 3..(x + 1) * height * 3];
        Columns {
            left: column(left),
            right: column(right),
            share: at - left as f32,
            rows: *height as f32 / zoom,
            middle: y * *height as f32 - 0.5,
        }
    }
}

impl Columns<'_> {
    /// The picture value `down` (-0.5 to 0.5) the frame, 0 to 255.
    #[inline]
    fn at(&self, down: f32) -> [f32; 3] {
        let last = self.left.len() / 3 - 1;
        let at = (self.middle + down * self.rows).clamp(0.0, last as f32);
        let row = at as usize;
        let below = (row + 1).min(last);
        let share = at - row as f32;
        let mut value = [0.0; 3];
        for (part, value) in value.iter_mut().enumerate() {
            let mix = |row: usize| {
                let (left, right) = (self.left[row * 3 + part], self.right[row * 3 + part]);
                f32::from(left) + (f32::from(right) - f32::from(left)) * self.share
            };
            let (upper, lower) = (mix(row), mix(below));
            *value = upper + (lower - upper) * share;
        }
        value
    }
}

impl Path {
    /// Where the frame is when `share` (0 to 1) of the time over the plate has passed.
    fn at(&self, share: f32) -> Window {
        // It starts and stops softly; in between it moves evenly.
        let eased = 0.7 * share + 0.3 * smoothstep(0.0, 1.0, share);
        let centred = eased - 0.5;
        let whole = ROOM - 1.0;
        let zoomed = |from: f32, to: f32| 1.0 + whole * self.amount * (from + (to - from) * eased);
        let window = |x: f32, y: f32, zoom: f32| Window {
            x: 0.5 + x,
            y: 0.5 + y,
            zoom,
        };
        // Of the plate, what lies outside of the frame when it is zoomed in by all that there is.
        let free = 1.0 - 1.0 / ROOM;
        let reach = free * self.amount;
        let moved = match self.movement {
            None => {
                let zoom = if self.is_inward {
                    zoomed(0.15, 1.0)
                } else {
                    zoomed(1.0, 0.15)
                };
                let drift = reach * 0.22 * self.side;
                window(drift * centred, -reach * 0.16 * centred, zoom)
            }
            Some(CameraMove::Static) => window(0.0, 0.0, 1.0),
            Some(CameraMove::Pan) => window(reach * centred * self.side, 0.0, ROOM),
            Some(CameraMove::Tilt) => window(0.0, -reach * centred, ROOM),
            Some(CameraMove::ZoomIn) => window(0.0, 0.0, zoomed(0.0, 1.0)),
            Some(CameraMove::ZoomOut) => window(0.0, 0.0, zoomed(1.0, 0.0)),
            Some(CameraMove::FlyThrough) => {
                let zoom = 1.0 + whole * eased * eased.mul_add(0.3, 0.7);
                window(0.0, -free * 0.12 * eased, zoom)
            }
            Some(CameraMove::Orbit) => {
                let angle = centred * std::f32::consts::PI * 0.9 * self.side;
                let zoom = 1.0 + whole * (0.55 + 0.35 * angle.cos());
                window(reach * 0.4 * angle.sin(), -reach * 0.1 * angle.cos(), zoom)
            }
            Some(CameraMove::Handheld) => {
                let time = share * self.seconds * 0.6;
                let shake = |lane: f32| fbm(time, lane, 3, self.seed) * free * 0.35;
                window(shake(1.7), shake(7.3), 1.0 + whole * (0.45 + 0.2 * eased))
            }
        };
        moved.kept_inside()
    }
}

impl Window {
    /// Moves the window to where the plate fills it.
    fn kept_inside(self) -> Self {
        let half = 0.5 / self.zoom.max(1.0);
        Self {
            x: self.x.clamp(half, 1.0 - half),
            y: self.y.clamp(half, 1.0 - half),
            zoom: self.zoom.max(1.0),
        }
    }
}

/// How far a move goes: little in a short clip, and by how it is to feel.
fn amount(plan: &AnimaticPlan, seconds: f32) -> f32 {
    let energy = match plan.mood {
        Mood::Calm | Mood::Dreamy => 0.7,
        Mood::Epic => 1.3,
        _ => 1.0,
    };
    (0.2 * seconds * energy).clamp(0.2, 1.0)
}

/// The light that the film curve turns into each picture value, so that a picture without words for
/// it looks as it is; and with words, in their light.
fn light_table(plan: &AnimaticPlan) -> Vec<Rgb> {
    let tint = tint_of(plan);
    let value_of = |light: f32| film(light, 1.0);
    let step = |step: usize| {
        let wanted = step as f32 / (STEPS - 1) as f32;
        let (mut low, mut high) = (0.0, LIGHT_MAX);
        for _ in 0..24 {
            let middle = (low + high) * 0.5;
            if value_of(middle) < wanted {
                low = middle;
            } else {
                high = middle;
            }
        }
        let light = (low + high) * 0.5;
        Rgb {
            r: light,
            g: light,
            b: light,
        }
        .tint(tint)
    };
    (0..STEPS).map(step).collect()
}

/// The colour of the light that the words ask for.
fn tint_of(plan: &AnimaticPlan) -> Rgb {
    let tint = |r, g, b| Rgb { r, g, b };
    let time = match plan.time {
        _ if !plan.names_time() => tint(1.0, 1.0, 1.0),
        TimeOfDay::Dawn => tint(1.05, 0.95, 1.0),
        TimeOfDay::Day => tint(1.0, 1.0, 1.0),
        TimeOfDay::GoldenHour => tint(1.22, 1.0, 0.72),
        TimeOfDay::Sunset => tint(1.2, 0.86, 0.66),
        TimeOfDay::BlueHour => tint(0.52, 0.68, 1.05),
        TimeOfDay::Night => tint(0.2, 0.28, 0.52),
    };
    let mood = match plan.mood {
        Mood::Dark => 0.6,
        Mood::Dreamy => 1.12,
        _ => 1.0,
    };
    time * mood
}

#[cfg(test)]
mod tests {
    use vita_model::{AspectRatio, DurationSeconds, Resolution};

    use super::*;

    fn spec() -> ClipSpec {
        ClipSpec {
            resolution: Resolution::P360,
            aspect_ratio: AspectRatio::Landscape,
            duration: DurationSeconds::new(4).unwrap(),
        }
    }

    fn picture(color: [u8; 3]) -> Picture {
        let size = plate_size(spec().frame_size());
        let pixels = color.repeat((size.width * size.height) as usize);
        Picture { size, pixels }
    }

    fn drawn(plates: &Plates, share: f32) -> Rgb {
        let size = spec().frame_size();
        let mut canvas = vec![Rgb::BLACK; (size.width * size.height) as usize];
        plates.draw(share, &mut canvas);
        canvas[canvas.len() / 2 + size.height as usize / 2]
    }

    #[test]
    fn no_move_leaves_the_plate() {
        let mut plan = AnimaticPlan::parse("hills", 3);
        for camera in CameraMove::ALL {
            plan.camera = *camera;
            for movement in [None, Some(*camera)] {
                for side in [-1.0, 1.0] {
                    let path = Path {
                        movement,
                        amount: 1.0,
                        seconds: 15.0,
                        side,
                        is_inward: side > 0.0,
                        seed: 5,
                    };
                    for step in 0..=100 {
                        let Window { x, y, zoom } = path.at(step as f32 / 100.0);
                        let half = 0.5 / zoom;
                        assert!((1.0..=ROOM + 0.001).contains(&zoom), "{camera:?} {zoom}");
                        assert!(x - half > -0.001 && x + half < 1.001, "{camera:?} {x}");
                        assert!(y - half > -0.001 && y + half < 1.001, "{camera:?} {y}");
                    }
                }
            }
        }
    }

    #[test]
    fn pictures_come_in_order_and_fade_into_each_other() {
        let plan = AnimaticPlan::parse("a photo", 1);
        let pictures = vec![
            picture([200, 0, 0]),
            picture([0, 200, 0]),
            picture([0, 0, 200]),
        ];
        let plates = Plates::new(&plan, spec(), pictures);
        let first = drawn(&plates, 0.1);
        let (second, last) = (drawn(&plates, 0.55), drawn(&plates, 1.0));
        assert!(first.r > 0.2 && first.g < 0.01, "{first:?}");
        assert!(second.g > 0.2 && second.r < 0.01, "{second:?}");
        assert!(last.b > 0.2 && last.g < 0.01, "{last:?}");
        let between = drawn(&plates, plates.step + plates.fade * 0.5);
        assert!(between.r > 0.05 && between.g > 0.05, "{between:?}");
    }

    #[test]
    fn without_words_for_the_light_the_film_curve_gives_the_picture_back() {
        let table = light_table(&AnimaticPlan::parse("a photo", 1));
        for value in [0, 100, 500, 900] {
            let shown = film(table[value].g, 1.0);
            let wanted = value as f32 / (STEPS - 1) as f32;
            assert!((shown - wanted).abs() < 0.003, "{shown} {wanted}");
        }
        let night = light_table(&AnimaticPlan::parse("the same at night", 1));
        assert!(night[500].r < night[500].b && night[500].b < table[500].b);
    }
}
