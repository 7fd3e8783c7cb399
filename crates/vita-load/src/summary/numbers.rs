//! Numbers as k6's summary writes them.

use crate::config::TimeUnit;
use crate::metric::Contains;

/// A share as a percentage, cut after two decimals: 99.996 % isn't all.
pub(super) fn percent(share: f64) -> String {
    format!("{:.2}%", truncated(share * 100.0, 2))
}

/// A value of a metric.
pub(super) fn value(value: f64, contains: Contains, unit: Option<TimeUnit>) -> String {
    match contains {
        Contains::Default => number(value),
        Contains::Data => bytes(value),
        Contains::Time => match unit {
            Some(unit) => fixed_duration(value, unit),
            None => duration(value),
        },
    }
}

/// A number with up to six decimals.
pub(super) fn number(value: f64) -> String {
    without_trailing_zeros(&format!("{value:.6}"))
}

/// Bytes with a prefix of a power of 1000, and one decimal below ten.
fn bytes(value: f64) -> String {
    const UNITS: [&str; 9] = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
    if value < 10.0 {
        return format!("{} B", number(value.trunc()));
    }
    let mut power = 0;
    let mut scaled = value;
    while scaled >= 1000.0 && power + 1 < UNITS.len() {
        scaled /= 1000.0;
        power += 1;
    }
    let rounded = (scaled * 10.0 + 0.5).floor() / 10.0;
    if rounded < 10.0 {
        return format!("{rounded:.1} {}", UNITS[power]);
    }
    format!("{rounded:.0} {}", UNITS[power])
}

/// Milliseconds in the unit that suits them, cut after two decimals.
fn duration(millis: f64) -> String {
    if millis == 0.0 {
        return "0s".to_owned();
    }
    let size = millis.abs();
    if size < 0.001 {
        return format!("{}ns", cut(millis * 1e6, 0));
    }
    if size < 1.0 {
        return format!("{}µs", cut(millis * 1e3, 2));
    }
    if size < 1e3 {
        return format!("{}ms", cut(millis, 2));
    }
    if size < 60e3 {
        return format!("{}s", cut(millis / 1e3, 2));
    }
    let sign = if millis < 0.0 { "-" } else { "" };
    let secs = (size / 1e3) as u64;
    let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
    if hours > 0 {
        return format!("{sign}{hours}h{minutes}m{secs}s");
    }
    format!("{sign}{minutes}m{secs}s")
}

fn fixed_duration(millis: f64, unit: TimeUnit) -> String {
    match unit {
        TimeUnit::Seconds => format!("{:.2}s", millis / 1e3),
        TimeUnit::Milliseconds => format!("{millis:.2}ms"),
        TimeUnit::Microseconds => format!("{:.2}µs", millis * 1e3),
    }
}

fn truncated(value: f64, decimals: i32) -> f64 {
    let scale = 10.0_f64.powi(decimals);
    (value * scale).trunc() / scale
}

fn cut(value: f64, decimals: i32) -> String {
    let digits = decimals as usize;
    without_trailing_zeros(&format!("{:.digits$}", truncated(value, decimals)))
}

fn without_trailing_zeros(text: &str) -> String {
    if !text.contains('.') {
        return text.to_owned();
    }
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" {
        "0".to_owned()
    } else {
        short.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_cut_and_have_the_unit_that_suits_them() {
        let texts: Vec<String> = [
            0.0,
            0.000_5,
            0.077_549,
            0.329_35,
            1.0,
            1.309,
            9.139_9,
            25.73,
            999.999,
            1_500.0,
            62_900.0,
            3_723_999.0,
        ]
        .into_iter()
        .map(duration)
        .collect();
        assert_eq!(
            texts,
            [
                "0s",
                "500ns",
                "77.54µs",
                "329.35µs",
                "1ms",
                "1.3ms",
                "9.13ms",
                "25.73ms",
                "999.99ms",
                "1.5s",
                "1m2s",
                "1h2m3s"
            ]
        );
    }

    #[test]
    fn a_fixed_unit_has_two_decimals() {
        assert_eq!(
            value(1234.567, Contains::Time, Some(TimeUnit::Milliseconds)),
            "1234.57ms"
        );
        assert_eq!(
            value(1234.567, Contains::Time, Some(TimeUnit::Seconds)),
            "1.23s"
        );
        assert_eq!(
            value(0.5, Contains::Time, Some(TimeUnit::Microseconds)),
            "500.00µs"
        );
    }

    #[test]
    fn bytes_have_a_prefix() {
        let texts: Vec<String> = [0.0, 7.0, 999.0, 4_100.0, 8_040.0, 16_000.0, 1.5e6, 2.34e10]
            .into_iter()
            .map(bytes)
            .collect();
        assert_eq!(
            texts,
            [
                "0 B", "7 B", "999 B", "4.1 kB", "8.0 kB", "16 kB", "1.5 MB", "23 GB"
            ]
        );
    }

    #[test]
    fn shares_are_cut_and_numbers_rounded() {
        assert_eq!(percent(50.0 / 60.0), "83.33%");
        assert_eq!(percent(0.999_99), "99.99%");
        assert_eq!(
            (percent(1.0).as_str(), percent(0.0).as_str()),
            ("100.00%", "0.00%")
        );
        assert_eq!(number(24.967_803_4), "24.967803");
        assert_eq!((number(50.0).as_str(), number(0.1).as_str()), ("50", "0.1"));
    }
}
