//! Where the camera is in every frame.

use vita_model::FrameSize;

use super::noise::{fbm, smoothstep};
use super::scene::{CameraMove, Mood, Terrain};
use super::vocabulary::AnimaticPlan;

/// A camera at a moment. Metres; x to the right, y up, z ahead. It never rolls; looking up or down
/// moves the horizon.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) z: f32,
    /// Radians to the right of straight ahead.
    pub(super) yaw: f32,
    /// Focal length in pixels.
    pub(super) focal: f32,
    /// The row of the horizon.
    pub(super) horizon: f32,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl View {
    /// How far to the right of straight ahead the column `x` looks, a unit ahead.
    #[inline]
    pub(super) fn across(&self, x: f32) -> f32 {
        (x - self.width as f32 * 0.5) / self.focal
    }

    /// The way over the ground that the column `x` looks, a unit ahead: (x, z).
    #[inline]
    pub(super) fn ray(&self, x: f32) -> (f32, f32) {
        let across = self.across(x);
        let (sin, cos) = self.yaw.sin_cos();
        (sin + across * cos, cos - across * sin)
    }

    /// Where a direction in the world (right, up, ahead) stands in the picture, if before it.
    pub(super) fn project_direction(&self, direction: [f32; 3]) -> Option<(f32, f32)> {
        let (sin, cos) = self.yaw.sin_cos();
        let ahead = direction[0] * sin + direction[2] * cos;
        let right = direction[0] * cos - direction[2] * sin;
        (ahead > 0.05).then(|| {
            let scale = self.focal / ahead;
            (
                self.width as f32 * 0.5 + right * scale,
                self.horizon - direction[1] * scale,
            )
        })
    }
}

/// How a terrain is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    /// Height of the camera over the highest ground on its way, metres.
    pub(super) height: f32,
    /// Row of the horizon as a share of the picture's height.
    pub(super) horizon: f32,
    /// How fast it moves, metres a second.
    pub(super) speed: f32,
    /// Focal length relative to the usual.
    pub(super) zoom: f32,
}

/// A camera's way through a clip.
#[derive(Clone, Debug)]
pub(super) struct CameraPath {
    movement: CameraMove,
    stand: Stand,
    /// How much it moves; 1 is usual.
    energy: f32,
    seconds: f32,
    size: FrameSize,
    seed: u32,
    side: f32,
}

impl CameraPath {
    pub(super) fn new(plan: &AnimaticPlan, stand: Stand, seconds: f32, size: FrameSize) -> Self {
        let energy = match plan.mood {
            Mood::Calm | Mood::Dreamy => 0.6,
            Mood::Epic => 1.35,
            _ => 1.0,
        };
        let seed = plan.world_seed();
        Self {
            movement: plan.camera,
            stand,
            energy,
            seconds,
            size,
            seed: seed as u32,
            side: if seed & 8 == 0 { 1.0 } else { -1.0 },
        }
    }

    /// Lifts the whole way over the highest ground that it crosses.
    pub(super) fn lift_over(&mut self, height: impl Fn(f32, f32) -> f32) {
        let mut highest = f32::MIN;
        for step in 0..=24 {
            let view = self.at(step as f32 / 24.0);
            for (right, ahead) in [(0.0, 0.0), (25.0, 30.0), (-25.0, 30.0), (0.0, 70.0)] {
                highest = highest.max(height(view.x + right, view.z + ahead));
            }
        }
        self.stand.height += highest;
    }

    /// The camera when `share` (0 to 1) of the clip has passed.
    pub(super) fn at(&self, share: f32) -> View {
        let (width, height) = (self.size.width as f32, self.size.height as f32);
        // The same for every shape of the same area, so that portrait frames show a narrower but
        // taller part of the same scene.
        let usual_focal = 0.87 * (width * height * (16.0 / 9.0)).sqrt();
        let mut view = View {
            x: 0.0,
            y: self.stand.height,
            z: 0.0,
            yaw: 0.0,
            focal: usual_focal * self.stand.zoom,
            horizon: height * self.stand.horizon,
            width: self.size.width as usize,
            height: self.size.height as usize,
        };
        // It starts and stops softly; in between it moves evenly.
        let eased = 0.75 * share + 0.25 * smoothstep(0.0, 1.0, share);
        let travel = self.stand.speed * self.seconds * self.energy;
        let centred = eased - 0.5;
        match self.movement {
            CameraMove::Static => {}
            CameraMove::Pan => {
                let turn = (0.016 * self.seconds * self.energy).min(0.16);
                view.x += travel * 0.55 * centred * self.side;
                view.yaw += turn * centred * self.side;
            }
            CameraMove::Tilt => {
                let rise = (0.03 * self.seconds * self.energy).min(0.2);
                view.horizon += height * rise * centred;
            }
            CameraMove::ZoomIn => view.focal *= self.zoom_factor(eased),
            CameraMove::ZoomOut => view.focal *= self.zoom_factor(1.0 - eased),
            CameraMove::FlyThrough => {
                view.z += travel * eased;
                view.yaw += 0.03 * (share * std::f32::consts::TAU * 0.5).sin() * self.side;
            }
            CameraMove::Orbit => {
                let turn = (0.03 * self.seconds * self.energy).min(0.3);
                let radius = self.stand.speed * 30.0;
                view.yaw += turn * centred * self.side;
                view.x -= radius * (turn * centred).sin() * self.side;
            }
            CameraMove::Handheld => {
                let time = share * self.seconds * 0.5;
                view.yaw += 0.012 * fbm(time, 1.7, 3, self.seed);
                view.horizon += height * 0.014 * fbm(time, 7.3, 3, self.seed ^ 5);
                view.z += travel * 0.3 * eased;
            }
        }
        view
    }

    fn zoom_factor(&self, eased: f32) -> f32 {
        let most = (0.045 * self.seconds * self.energy).min(0.4);
        1.0 + most * eased
    }

    /// Views that bound what the clip sees.
    pub(super) fn extremes(&self) -> [View; 5] {
        [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| self.at(share))
    }
}

/// How a terrain is looked at, before the camera moves.
pub(super) fn stand_of(terrain: Terrain, size: FrameSize) -> Stand {
    let is_tall = size.height > size.width;
    let stand = |height, horizon, speed, zoom| Stand {
        height,
        horizon,
        speed,
        zoom,
    };
    let mut stand = match terrain {
        Terrain::Mountains => stand(105.0, 0.62, 38.0, 1.0),
        Terrain::Hills => stand(34.0, 0.5, 12.0, 1.0),
        Terrain::Desert => stand(19.0, 0.42, 8.0, 1.0),
        Terrain::Sea => stand(16.0, 0.55, 7.0, 1.0),
        Terrain::Lake => stand(26.0, 0.46, 12.0, 1.0),
        Terrain::Forest => stand(62.0, 0.34, 12.0, 1.0),
        Terrain::City => stand(44.0, 0.66, 10.0, 1.0),
        Terrain::Canyon => stand(150.0, 0.44, 36.0, 1.0),
        Terrain::Island => stand(70.0, 0.5, 26.0, 1.0),
        Terrain::NightSky => stand(24.0, 0.8, 6.0, 0.8),
        Terrain::Space | Terrain::Abstract => stand(0.0, 0.5, 1.0, 1.0),
    };
    if is_tall {
        stand.horizon += 0.06;
    }
    stand
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_movement_of_every_terrain_stays_finite() {
        let size = FrameSize {
            width: 640,
            height: 360,
        };
        for camera in CameraMove::ALL {
            let mut plan = AnimaticPlan::parse("mountains", 3);
            plan.camera = *camera;
            for terrain in Terrain::ALL {
                let path = CameraPath::new(&plan, stand_of(*terrain, size), 15.0, size);
                for view in path.extremes() {
                    assert!(view.focal.is_finite() && view.focal > 0.0);
                    assert!(view.x.is_finite() && view.z.is_finite() && view.horizon.is_finite());
                }
            }
        }
    }
}
