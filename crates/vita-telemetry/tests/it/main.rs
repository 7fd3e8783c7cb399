//! What `/metrics` shows of what was recorded.

use std::time::Duration;

use vita_telemetry::logging::{self, LogError, LogFormat};
use vita_telemetry::metric::{self, Kind, TABLE};
use vita_telemetry::{Exporter, RequestScope, STATEMENT_REPEATS_MAX, Sampler, report_scope};

/// Every line of the page that begins with `start`.
fn lines<'a>(page: &'a str, start: &str) -> Vec<&'a str> {
    page.lines()
        .filter(|line| line.starts_with(start))
        .collect()
}

#[test]
fn what_never_happened_is_shown_as_zero_and_described() {
    let page = Exporter::install().unwrap().render();
    for about in TABLE {
        let bare = about.labels.is_empty() && !matches!(about.kind, Kind::Histogram(_));
        if bare {
            assert_eq!(lines(&page, &format!("# HELP {} ", about.name)).len(), 1);
            assert_eq!(lines(&page, &format!("{} ", about.name)).len(), 1);
        }
    }
}

#[test]
fn histograms_have_the_bounds_and_labels_of_the_table() {
    let exporter = Exporter::install().unwrap();
    let took = Duration::from_millis(30);
    metric::HTTP_REQUEST_SECONDS.record_time(took, ["/api/histogram", "GET"]);
    let page = exporter.render();
    let labels = "{route=\"/api/histogram\",method=\"GET\"";
    let name = "vitascope_http_request_duration_seconds";
    let line = |end: &str| lines(&page, &format!("{name}{end}")).concat();
    assert!(line(&format!("_bucket{labels},le=\"0.025\"}}")).ends_with(" 0"));
    assert!(line(&format!("_bucket{labels},le=\"0.05\"}}")).ends_with(" 1"));
    assert!(line(&format!("_count{labels}}}")).ends_with(" 1"));
}

#[test]
fn what_is_held_is_counted_until_it_is_dropped() {
    let exporter = Exporter::install().unwrap();
    let line = || {
        let page = exporter.render();
        lines(&page, "vitascope_live_open_sockets{transport=\"held\"}").concat()
    };
    let held = metric::LIVE_SOCKETS.hold(["held"]);
    assert!(line().ends_with(" 1"), "{}", line());
    drop(held);
    assert!(line().ends_with(" 0"), "{}", line());
}

#[test]
fn a_repeated_statement_is_counted_by_route() {
    let exporter = Exporter::install().unwrap();
    let scope = RequestScope::new();
    for _ in 0..=STATEMENT_REPEATS_MAX {
        scope.record("SELECT 1", Duration::from_micros(1));
    }
    assert_eq!(report_scope("/api/repeats/{id}", &scope), 1);
    let start = "vitascope_http_repeated_statements_total{route=\"/api/repeats/{id}\"}";
    assert!(lines(&exporter.render(), start).concat().ends_with(" 1"));
}

#[test]
fn the_sampler_looks_at_the_process_and_ends() {
    let exporter = Exporter::install().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sampler = Sampler::start(exporter.clone(), folder.path().to_owned()).unwrap();
    drop(sampler);
    let page = exporter.render();
    for name in [
        "vitascope_process_resident_memory_bytes",
        "vitascope_disk_free_bytes",
    ] {
        let line = lines(&page, &format!("{name} ")).concat();
        let value: f64 = line.rsplit(' ').next().unwrap().parse().unwrap();
        assert!(value > 0.0, "{line}");
    }
}

#[test]
fn the_log_is_set_up_once_and_a_bad_filter_is_told() {
    let bad = logging::init(LogFormat::Json, "info,vita_db=lots").unwrap_err();
    assert!(bad.to_string().contains("`info,vita_db=lots`"));
    let guard = logging::init(LogFormat::Json, "off").unwrap();
    let twice = logging::init(LogFormat::Text, "off").unwrap_err();
    assert!(matches!(twice, LogError::Twice));
    drop(guard);
}
