//! A scene for words that name no place: ribbons of light in the dark, and the words as a title.

use vita_model::FrameSize;

use super::camera::View;
use super::color::{Rgb, hex, rgb};
use super::noise::{lerp, noise, smoothstep, unit2};
use super::sky::{Backdrop, Mark};
use super::vocabulary::AnimaticPlan;
use crate::text::{TextMask, TextStyle, can_set, set_text};

/// Ribbons over each other.
const RIBBONS: usize = 6;
/// Soft lights before them.
const LIGHTS: i32 = 26;
/// The title is there after so many seconds.
const TITLE_RISE_SECS: f32 = 0.9;

/// An abstract scene with its title.
#[derive(Debug)]
pub(super) struct AbstractScene {
    seed: u32,
    ground: Rgb,
    hues: [Rgb; 3],
    title: Option<Title>,
}

#[derive(Debug)]
struct Title {
    mask: TextMask,
    left: usize,
    top: usize,
    rule: Rule,
}

/// The short line below the title.
#[derive(Clone, Copy, Debug)]
struct Rule {
    left: usize,
    width: usize,
    top: usize,
    height: usize,
}

impl AbstractScene {
    pub(super) fn new(plan: &AnimaticPlan, size: FrameSize) -> Self {
        let seed = plan.world_seed();
        // Ground, two ribbons, and the light of the lamp.
        let palettes = [
            [0x17_12_0F, 0xE2_9A_3A, 0x8E_3F_24, 0xF4_D0_8E],
            [0x10_14_19, 0x3E_7C_92, 0xD8_8C_3C, 0xF0_D8_B0],
            [0x16_11_17, 0x8A_4A_6A, 0xE0_8A_4A, 0xF4_CC_A0],
            [0x10_16_13, 0x4A_86_6A, 0xCF_A0_48, 0xF0_E0_B4],
        ];
        let [ground, hues @ ..] = palettes[(seed >> 40) as usize % palettes.len()].map(hex);
        Self {
            seed: (seed >> 20) as u32,
            ground,
            hues,
            title: can_set(&plan.prompt).then(|| Title::set(&plan.prompt, size)),
        }
    }

    /// Lays the title over a column. `time` is in seconds.
    pub(super) fn draw_title(&self, x: usize, time: f32, pixels: &mut [Rgb]) {
        let Some(title) = &self.title else {
            return;
        };
        let shown = smoothstep(0.15, TITLE_RISE_SECS, time);
        let ink = rgb(0.93, 0.88, 0.8);
        if let Some(column) = x.checked_sub(title.left).filter(|x| *x < title.mask.width) {
            for row in 0..title.mask.height {
                let amount = title.mask.coverage[row * title.mask.width + column] * shown;
                if let Some(pixel) = pixels.get_mut(title.top + row).filter(|_| amount > 0.0) {
                    *pixel = pixel.mix(ink, amount);
                }
            }
        }
        let rule = title.rule;
        let grown = rule.width as f32 * shown;
        let middle = rule.left as f32 + rule.width as f32 * 0.5;
        if (x as f32 + 0.5 - middle).abs() <= grown * 0.5 {
            for pixel in pixels.iter_mut().skip(rule.top).take(rule.height) {
                *pixel = pixel.mix(self.hues[0] * 1.3, 0.9 * shown);
            }
        }
    }
}

/// A ribbon where a column crosses it.
#[derive(Clone, Copy)]
struct Crossing {
    middle: f32,
    gloss: f32,
    fall: f32,
    hue: Rgb,
}

impl AbstractScene {
    fn cross(&self, ribbon: usize, across: f32, time: f32) -> Crossing {
        let order = ribbon as f32 / (RIBBONS - 1) as f32;
        let salt = self.seed.wrapping_add(ribbon as u32 * 31);
        let flow = time * lerp(0.05, 0.12, order) + order * 7.0;
        let bend = noise(across * 1.5 + flow, order * 9.0 + time * 0.04, salt)
            + 0.4 * noise(across * 3.7 - flow * 1.3, order * 5.0, salt ^ 9);
        Crossing {
            middle: lerp(-0.3, 0.24, order) + 0.17 * bend,
            gloss: 0.45 + 0.55 * noise(across * 2.3 + flow * 2.0, order * 3.0, salt ^ 0x15),
            fall: lerp(5.0, 9.0, order),
            hue: self.hues[0].mix(self.hues[1], 0.5 + 0.5 * (order * 5.0 + bend).sin()),
        }
    }

    fn color(&self, crossings: &[Crossing; RIBBONS], across: f32, up: f32) -> Rgb {
        let mut color = self.ground * (1.3 - 0.9 * (across * across + up * up)).max(0.3);
        for crossing in crossings {
            let off = up - crossing.middle;
            // Sharp at its upper edge, a long fall below it: like cloth in a side light.
            let edge = smoothstep(0.012, -0.004, off);
            let fall = (off.min(0.0) * crossing.fall).exp();
            color += crossing.hue * (edge * fall * crossing.gloss.max(0.12) * 0.42);
            let line = (1.0 - (off * 90.0).powi(2)).max(0.0);
            color += self.hues[2] * (line * line * crossing.gloss.max(0.0) * 0.2);
        }
        // The middle stays quiet behind the title.
        let calm = (-(across * across * 3.4 + up * up * 22.0)).exp();
        color * (1.0 - 0.6 * calm)
    }
}

impl Backdrop for AbstractScene {
    fn look(&self, view: &View, x: f32, y: f32, time: f32) -> (Rgb, f32) {
        let mut sample = [(Rgb::BLACK, 1.0)];
        self.look_down(view, x, &|_| y, time, &mut sample);
        sample[0]
    }

    fn look_down(
        &self,
        view: &View,
        x: f32,
        y_of: &dyn Fn(usize) -> f32,
        time: f32,
        samples: &mut [(Rgb, f32)],
    ) {
        let across = view.across(x) + view.yaw + view.x * 0.01;
        let crossings: [Crossing; RIBBONS] =
            std::array::from_fn(|ribbon| self.cross(ribbon, across, time));
        for (row, sample) in samples.iter_mut().enumerate() {
            let up = (view.horizon - y_of(row)) / view.focal;
            *sample = (self.color(&crossings, across, up), 1.0);
        }
    }

    fn marks(&self, view: &View, time: f32, marks: &mut Vec<Mark>) {
        for index in 0..LIGHTS {
            let unit = |salt: u32| unit2(index, 17, self.seed ^ salt);
            let near = unit(1);
            let drift = time * lerp(0.004, 0.016, near);
            let across = (unit(2) - 0.5) * 1.3 + drift - view.yaw;
            let up = (unit(3) - 0.5) * 0.85 + 0.02 * (time * 0.4 + unit(4) * 6.0).sin();
            let pulse = 0.6 + 0.4 * (time * lerp(0.4, 1.1, unit(5)) + unit(6) * 6.0).sin();
            marks.push(Mark {
                x: view.width as f32 * 0.5 + across * view.focal,
                y: view.horizon - up * view.focal,
                radius: lerp(0.004, 0.026, near * near) * view.focal,
                color: self.hues[2] * (0.075 * pulse * lerp(1.3, 0.5, near)),
                is_moon: false,
            });
        }
    }
}

impl Title {
    fn set(prompt: &str, size: FrameSize) -> Self {
        let (width, height) = (size.width as f32, size.height as f32);
        let characters = prompt.chars().count() as f32;
        // Few words stand large, many small.
        let share = lerp(0.082, 0.05, ((characters - 18.0) / 70.0).clamp(0.0, 1.0));
        let type_size = (share * height.min(width * 0.72)).max(14.0);
        let mask = set_text(
            prompt,
            TextStyle {
                size: type_size,
                tracking: type_size * 0.035,
                width_max: width * 0.76,
                lines_max: if height > width { 5 } else { 3 },
                is_centered: true,
            },
        );
        let center = |length: usize, whole: u32| (whole as usize).saturating_sub(length) / 2;
        let top = center(mask.height, size.height);
        let rule_width = (width.min(height) * 0.09) as usize;
        Self {
            left: center(mask.width, size.width),
            rule: Rule {
                left: center(rule_width, size.width),
                width: rule_width,
                top: top + mask.height + (type_size * 0.42) as usize,
                height: ((height.min(width) / 360.0) as usize).max(1),
            },
            top,
            mask,
        }
    }
}
