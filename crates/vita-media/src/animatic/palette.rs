//! The light of a scene: what the sky, the sun and the air look like at a time, in a weather.

use super::color::{Rgb, hex, rgb};
use super::scene::{Mood, TimeOfDay, Weather};
use super::vocabulary::AnimaticPlan;

/// All that the painters need to know of the light.
#[derive(Clone, Debug)]
pub(super) struct Light {
    /// Sky straight up, half-way and at the horizon.
    pub(super) zenith: Rgb,
    pub(super) mid: Rgb,
    pub(super) horizon: Rgb,
    /// Light from the sun or the moon on a surface that faces it.
    pub(super) sun: Rgb,
    /// Around the sun in the sky.
    pub(super) glow: Rgb,
    /// Light from the whole sky and from the ground.
    pub(super) ambient_sky: Rgb,
    pub(super) ambient_ground: Rgb,
    /// What distant things fade into, away from the sun and towards it.
    pub(super) haze: Rgb,
    pub(super) haze_sun: Rgb,
    /// Where the sun or moon stands: to the right of straight ahead and above the horizon, radians.
    pub(super) sun_azimuth: f32,
    pub(super) sun_altitude: f32,
    /// Radius of its disc in radians; zero when it can't be seen.
    pub(super) disc: f32,
    pub(super) is_moon: bool,
    /// Brightness of the stars, 0 to 1.
    pub(super) stars: f32,
    /// How much of the sky clouds cover, 0 to 1.
    pub(super) cloud_cover: f32,
    pub(super) cloud_lit: Rgb,
    pub(super) cloud_shade: Rgb,
    /// Distance in metres at which about a third of the contrast is left.
    pub(super) visibility: f32,
    /// How thick mist lies in the valleys, 0 to 1.
    pub(super) mist: f32,
    /// Multiplies everything before it becomes a picture.
    pub(super) exposure: f32,
    /// Lamps and windows shine, 0 to 1.
    pub(super) lamps: f32,
    /// How well eyes see colours in this light, 0 to 1.
    pub(super) color_sense: f32,
}

/// The lowest sun that the ground is lit by: a lower one would leave all of it in shadow, where
/// eyes still see the shapes.
const SHADING_ALTITUDE_MIN: f32 = 0.14;
/// The ground is lit at least so far from the side: a sun in the picture would leave all that is
/// seen of it in its own shadow.
const SHADING_AZIMUTH_MIN: f32 = 1.05;

impl Light {
    /// The light of a plan. `side` is −1 or 1: on which side of the picture the sun stands.
    pub(super) fn of(plan: &AnimaticPlan, side: f32) -> Self {
        let mut light = clear_light(plan.time);
        light.sun_azimuth *= side;
        light.weather(plan.weather, plan.time);
        light.mood(plan.mood);
        light
    }

    /// The direction to the sun: right, up, ahead.
    pub(super) fn sun_direction(&self) -> [f32; 3] {
        Self::direction_at(self.sun_azimuth, self.sun_altitude)
    }

    /// The direction that the ground is lit from.
    pub(super) fn shading_direction(&self) -> [f32; 3] {
        let aside = self.sun_azimuth.abs().max(SHADING_AZIMUTH_MIN);
        let altitude = self.sun_altitude.max(SHADING_ALTITUDE_MIN);
        Self::direction_at(self.sun_azimuth.signum() * aside, altitude)
    }

    fn direction_at(azimuth: f32, altitude: f32) -> [f32; 3] {
        let (sin_azimuth, cos_azimuth) = azimuth.sin_cos();
        let (sin_altitude, cos_altitude) = altitude.sin_cos();
        [
            sin_azimuth * cos_altitude,
            sin_altitude,
            cos_azimuth * cos_altitude,
        ]
    }

    fn weather(&mut self, weather: Weather, time: TimeOfDay) {
        self.cloud_cover = match weather {
            Weather::Clear => 0.16,
            Weather::Aurora => 0.12,
            Weather::Cloudy => 0.46,
            Weather::Fog => 0.6,
            Weather::Overcast | Weather::Snow => 0.92,
            Weather::Rain | Weather::Storm => 1.0,
        };
        match weather {
            Weather::Clear | Weather::Cloudy | Weather::Aurora => {}
            Weather::Fog => {
                self.close_sky(0.8);
                self.visibility = 3_400.0;
                self.mist = 0.7;
            }
            Weather::Overcast => {
                self.close_sky(0.85);
                self.visibility *= 0.6;
                self.mist = 0.25;
            }
            Weather::Rain => {
                self.close_sky(0.92);
                self.visibility = 5_500.0;
                self.mist = 0.45;
                self.exposure *= 0.86;
            }
            Weather::Storm => {
                self.close_sky(0.95);
                self.visibility = 7_000.0;
                self.exposure *= 0.66;
                self.mist = 0.3;
            }
            Weather::Snow => {
                self.close_sky(0.8);
                self.visibility = 3_800.0;
                self.mist = 0.5;
            }
        }
        if weather == Weather::Aurora {
            self.disc = 0.0;
        }
        let is_dim = matches!(
            time,
            TimeOfDay::Day | TimeOfDay::GoldenHour | TimeOfDay::Dawn
        ) && matches!(weather, Weather::Rain | Weather::Storm);
        if is_dim {
            self.lamps = self.lamps.max(0.55);
        }
    }

    /// Draws a ceiling of cloud over the sky: colours go to its grey, shadows go soft.
    fn close_sky(&mut self, amount: f32) {
        let level = 0.42 * self.horizon.luminance() + 0.58 * self.mid.luminance();
        let grey = |factor: f32| rgb(0.93, 0.99, 1.07) * (level * factor);
        self.zenith = self.zenith.mix(grey(0.62), amount);
        self.mid = self.mid.mix(grey(0.86), amount);
        self.horizon = self.horizon.mix(grey(1.12), amount);
        self.haze = self.haze.mix(grey(1.0), amount * 0.9);
        self.haze_sun = self.haze_sun.mix(grey(1.08), amount * 0.85);
        self.cloud_lit = self.cloud_lit.mix(grey(1.15), amount);
        self.cloud_shade = self.cloud_shade.mix(grey(0.6), amount);
        self.ambient_sky = self.ambient_sky.mix(grey(1.0), amount * 0.8) * (1.0 + 0.35 * amount);
        self.sun = self.sun * (1.0 - 0.9 * amount);
        self.glow = self.glow * (1.0 - 0.85 * amount);
        self.stars *= 1.0 - amount;
        if amount > 0.5 {
            self.disc = 0.0;
        }
    }

    fn mood(&mut self, mood: Mood) {
        match mood {
            Mood::Neutral | Mood::Vibrant => {}
            Mood::Calm => self.mist = self.mist.max(0.3),
            Mood::Epic => {
                self.sun = self.sun * 1.2;
                self.ambient_sky = self.ambient_sky * 0.85;
            }
            Mood::Dark => self.exposure *= 0.68,
            Mood::Dreamy => {
                self.mist = self.mist.max(0.5);
                self.glow = self.glow * 1.5;
                self.visibility *= 0.75;
            }
        }
    }
}

fn clear_light(time: TimeOfDay) -> Light {
    match time {
        TimeOfDay::Day => day(),
        TimeOfDay::GoldenHour => golden_hour(),
        TimeOfDay::Sunset => sunset(),
        TimeOfDay::Dawn => dawn(),
        TimeOfDay::BlueHour => blue_hour(),
        TimeOfDay::Night => night(),
    }
}

fn day() -> Light {
    Light {
        zenith: hex(0x2B_5F_A8),
        mid: hex(0x66_9C_D4),
        horizon: hex(0xC4_DC_EC),
        sun: rgb(2.3, 2.14, 1.86),
        glow: rgb(0.5, 0.48, 0.42),
        ambient_sky: rgb(0.36, 0.46, 0.62),
        ambient_ground: rgb(0.16, 0.16, 0.13),
        haze: hex(0xA9_C6_DF),
        haze_sun: hex(0xC9_DA_E4),
        sun_azimuth: -1.15,
        sun_altitude: 0.62,
        disc: 0.0,
        is_moon: false,
        stars: 0.0,
        cloud_cover: 0.0,
        cloud_lit: rgb(1.15, 1.13, 1.1),
        cloud_shade: rgb(0.52, 0.58, 0.67),
        visibility: 15_000.0,
        mist: 0.1,
        exposure: 0.92,
        lamps: 0.0,
        color_sense: 1.0,
    }
}

fn golden_hour() -> Light {
    Light {
        zenith: hex(0x3E_6C_AE),
        mid: hex(0xD8_A8_7C),
        horizon: hex(0xFF_B6_66),
        sun: rgb(4.4, 2.5, 1.1),
        glow: rgb(1.7, 0.95, 0.36),
        ambient_sky: rgb(0.5, 0.5, 0.64),
        ambient_ground: rgb(0.26, 0.18, 0.12),
        haze: hex(0xB0_A2_B4),
        haze_sun: hex(0xFF_C6_8E),
        sun_azimuth: -0.34,
        sun_altitude: 0.235,
        disc: 0.02,
        is_moon: false,
        stars: 0.0,
        cloud_cover: 0.0,
        cloud_lit: rgb(1.7, 1.02, 0.56),
        cloud_shade: rgb(0.4, 0.34, 0.4),
        visibility: 8_500.0,
        mist: 0.12,
        exposure: 0.95,
        lamps: 0.35,
        color_sense: 1.0,
    }
}

fn sunset() -> Light {
    Light {
        zenith: hex(0x2C_37_66),
        mid: hex(0xB0_58_56),
        horizon: hex(0xFF_93_3A),
        sun: rgb(3.6, 1.5, 0.6),
        glow: rgb(2.0, 0.72, 0.2),
        ambient_sky: rgb(0.36, 0.28, 0.38),
        ambient_ground: rgb(0.2, 0.11, 0.08),
        haze: hex(0x8C_64_74),
        haze_sun: hex(0xF4_87_3F),
        sun_azimuth: -0.22,
        sun_altitude: 0.062,
        disc: 0.026,
        is_moon: false,
        stars: 0.05,
        cloud_cover: 0.0,
        cloud_lit: rgb(1.9, 0.72, 0.34),
        cloud_shade: rgb(0.24, 0.16, 0.24),
        visibility: 9_000.0,
        mist: 0.3,
        exposure: 0.95,
        lamps: 0.7,
        color_sense: 0.95,
    }
}

fn dawn() -> Light {
    Light {
        zenith: hex(0x4B_6F_A6),
        mid: hex(0xD9_B3_B4),
        horizon: hex(0xFF_DB_B0),
        sun: rgb(3.2, 2.1, 1.4),
        glow: rgb(1.2, 0.74, 0.44),
        ambient_sky: rgb(0.5, 0.5, 0.64),
        ambient_ground: rgb(0.17, 0.13, 0.13),
        haze: hex(0xA8_A4_C0),
        haze_sun: hex(0xFF_D6_B4),
        sun_azimuth: 0.4,
        sun_altitude: 0.19,
        disc: 0.02,
        is_moon: false,
        stars: 0.0,
        cloud_cover: 0.0,
        cloud_lit: rgb(1.5, 1.02, 0.82),
        cloud_shade: rgb(0.46, 0.43, 0.54),
        visibility: 9_000.0,
        mist: 0.34,
        exposure: 0.9,
        lamps: 0.3,
        color_sense: 0.95,
    }
}

fn blue_hour() -> Light {
    Light {
        zenith: hex(0x10_1F_45),
        mid: hex(0x2F_4C_82),
        horizon: hex(0xC9_8A_72),
        sun: rgb(0.3, 0.24, 0.26),
        glow: rgb(0.34, 0.17, 0.08),
        ambient_sky: rgb(0.12, 0.17, 0.3),
        ambient_ground: rgb(0.03, 0.035, 0.06),
        haze: hex(0x3C_52_7C),
        haze_sun: hex(0x9A_7C_86),
        sun_azimuth: -0.3,
        sun_altitude: 0.09,
        disc: 0.0,
        is_moon: false,
        stars: 0.35,
        cloud_cover: 0.0,
        cloud_lit: rgb(0.36, 0.25, 0.27),
        cloud_shade: rgb(0.06, 0.09, 0.17),
        visibility: 9_000.0,
        mist: 0.3,
        exposure: 1.05,
        lamps: 1.0,
        color_sense: 0.6,
    }
}

fn night() -> Light {
    Light {
        zenith: hex(0x06_0B_1C),
        mid: hex(0x0C_18_33),
        horizon: hex(0x20_37_5A),
        sun: rgb(0.34, 0.42, 0.58),
        glow: rgb(0.05, 0.065, 0.1),
        ambient_sky: rgb(0.075, 0.11, 0.19),
        ambient_ground: rgb(0.03, 0.04, 0.065),
        haze: hex(0x24_3C_62),
        haze_sun: hex(0x2C_42_68),
        sun_azimuth: 0.3,
        sun_altitude: 0.36,
        disc: 0.022,
        is_moon: true,
        stars: 1.0,
        cloud_cover: 0.0,
        cloud_lit: rgb(0.12, 0.15, 0.22),
        cloud_shade: rgb(0.014, 0.02, 0.04),
        visibility: 10_000.0,
        mist: 0.35,
        exposure: 1.3,
        lamps: 1.0,
        color_sense: 0.3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_light_of_any_time_and_weather_is_negative_or_not_a_number() {
        for time in TimeOfDay::ALL {
            for weather in Weather::ALL {
                let mut light = clear_light(*time);
                light.weather(*weather, *time);
                for color in [light.zenith, light.haze, light.ambient_sky, light.sun] {
                    for part in [color.r, color.g, color.b] {
                        assert!(part >= 0.0 && part.is_finite(), "{time:?} {weather:?}");
                    }
                }
                assert!(light.visibility > 0.0);
            }
        }
    }
}
