//! Durations as Go writes them, which is how k6's options are written.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A duration written `1h2m3.5s`, or as a number of milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoDuration(pub Duration);

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GoDurationError {
    /// It has no form that is known.
    #[error("`{0}` is not a duration: write e.g. `90s`, `1m30s` or a number of milliseconds")]
    Malformed(String),
    /// It is below zero.
    #[error("duration `{0}` is negative")]
    Negative(String),
    /// It is longer than any run.
    #[error("duration `{0}` is too long: the longest is 292 years")]
    TooLong(String),
}

/// The longest duration that Go can hold: 2^63 - 1 nanoseconds.
const NANOS_MAX: f64 = i64::MAX as f64;

impl GoDuration {
    /// A duration of whole seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs))
    }

    fn from_millis_f64(millis: f64, text: &str) -> Result<Self, GoDurationError> {
        Self::from_nanos_f64(millis * 1e6, text)
    }

    fn from_nanos_f64(nanos: f64, text: &str) -> Result<Self, GoDurationError> {
        if nanos.is_nan() {
            return Err(GoDurationError::Malformed(text.to_owned()));
        }
        if nanos < 0.0 {
            return Err(GoDurationError::Negative(text.to_owned()));
        }
        if nanos > NANOS_MAX {
            return Err(GoDurationError::TooLong(text.to_owned()));
        }
        Ok(Self(Duration::from_nanos(nanos.round() as u64)))
    }
}

impl From<Duration> for GoDuration {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl FromStr for GoDuration {
    type Err = GoDurationError;

    fn from_str(text: &str) -> Result<Self, GoDurationError> {
        let malformed = || GoDurationError::Malformed(text.to_owned());
        let trimmed = text.trim();
        if trimmed.starts_with('-') {
            return Err(GoDurationError::Negative(text.to_owned()));
        }
        let trimmed = trimmed.strip_prefix('+').unwrap_or(trimmed);
        if trimmed.is_empty() {
            return Err(malformed());
        }
        if let Ok(millis) = trimmed.parse::<f64>() {
            return Self::from_millis_f64(millis, text);
        }
        let mut rest = trimmed;
        let mut nanos = 0.0_f64;
        while !rest.is_empty() {
            let digits = rest
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .ok_or_else(malformed)?;
            let (number, behind) = rest.split_at(digits);
            let number: f64 = number.parse().map_err(|_| malformed())?;
            let unit = behind
                .find(|c: char| c.is_ascii_digit() || c == '.')
                .unwrap_or(behind.len());
            let (unit, behind) = behind.split_at(unit);
            nanos += number * nanos_of(unit).ok_or_else(malformed)?;
            rest = behind;
        }
        Self::from_nanos_f64(nanos, text)
    }
}

/// Nanoseconds of a unit; `d` (a day) is k6's addition to Go's units.
fn nanos_of(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1.0,
        "us" | "µs" | "μs" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        "m" => 60e9,
        "h" => 3600e9,
        "d" => 86_400e9,
        _ => return None,
    })
}

impl fmt::Display for GoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.as_nanos();
        if nanos == 0 {
            return f.write_str("0s");
        }
        if nanos < 1_000 {
            return write!(f, "{nanos}ns");
        }
        if nanos < 1_000_000 {
            return write_fraction(f, nanos, 1_000, "µs");
        }
        if nanos < 1_000_000_000 {
            return write_fraction(f, nanos, 1_000_000, "ms");
        }
        let minutes = nanos / 60_000_000_000;
        if minutes >= 60 {
            write!(f, "{}h{}m", minutes / 60, minutes % 60)?;
        } else if minutes > 0 {
            write!(f, "{minutes}m")?;
        }
        write_fraction(f, nanos % 60_000_000_000, 1_000_000_000, "s")
    }
}

/// `nanos` in a unit of `unit` nanoseconds, with as many decimals as it has.
fn write_fraction(f: &mut fmt::Formatter<'_>, nanos: u128, unit: u128, name: &str) -> fmt::Result {
    let (whole, rest) = (nanos / unit, nanos % unit);
    if rest == 0 {
        return write!(f, "{whole}{name}");
    }
    let width = unit.ilog10() as usize;
    let decimals = format!("{rest:0width$}");
    write!(f, "{whole}.{}{name}", decimals.trim_end_matches('0'))
}

impl Serialize for GoDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GoDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GoDurationVisitor)
    }
}

struct GoDurationVisitor;

impl Visitor<'_> for GoDurationVisitor {
    type Value = GoDuration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as `90s`, or a number of milliseconds")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<GoDuration, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, millis: u64) -> Result<GoDuration, E> {
        self.visit_f64(millis as f64)
    }

    fn visit_i64<E: serde::de::Error>(self, millis: i64) -> Result<GoDuration, E> {
        if millis < 0 {
            return Err(E::invalid_value(Unexpected::Signed(millis), &self));
        }
        self.visit_f64(millis as f64)
    }

    fn visit_f64<E: serde::de::Error>(self, millis: f64) -> Result<GoDuration, E> {
        GoDuration::from_millis_f64(millis, &millis.to_string()).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, nanos: u64, written: &str) {
        let duration: GoDuration = text.parse().unwrap();
        assert_eq!(duration.0, Duration::from_nanos(nanos), "{text}");
        assert_eq!(duration.to_string(), written, "{text}");
    }

    #[test]
    fn durations_read_and_write_as_go_does() {
        check("0", 0, "0s");
        check("10s", 10_000_000_000, "10s");
        check("1m30s", 90_000_000_000, "1m30s");
        check("1h", 3_600_000_000_000, "1h0m0s");
        check("1.5h", 5_400_000_000_000, "1h30m0s");
        check("1d", 86_400_000_000_000, "24h0m0s");
        check("300ms", 300_000_000, "300ms");
        check("1.5ms", 1_500_000, "1.5ms");
        check("250", 250_000_000, "250ms");
        check("20us", 20_000, "20µs");
        check("7ns", 7, "7ns");
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "", "s", "1", "10x", "1m-3s", "1..2s", "NaN", "inf", "3s4", "abc",
        ] {
            let parsed = text.parse::<GoDuration>();
            assert_eq!(parsed.is_ok(), text == "1", "{text}: {parsed:?}");
        }
        assert_eq!(
            "-5s".parse::<GoDuration>(),
            Err(GoDurationError::Negative("-5s".to_owned()))
        );
        assert!("1000000h1000000000h".parse::<GoDuration>().is_err());
    }

    #[test]
    fn json_takes_texts_and_milliseconds() {
        let read = |json: &str| serde_json::from_str::<GoDuration>(json);
        assert_eq!(read("\"2s\"").unwrap(), GoDuration::from_secs(2));
        assert_eq!(read("2000").unwrap(), GoDuration::from_secs(2));
        assert_eq!(read("0.5").unwrap().0, Duration::from_micros(500));
        assert!(read("-1").is_err());
        assert_eq!(
            serde_json::to_string(&GoDuration::from_secs(90)).unwrap(),
            "\"1m30s\""
        );
    }
}
