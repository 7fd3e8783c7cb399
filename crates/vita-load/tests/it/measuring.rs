use serde_json::json;
use vita_load::{MetricValues, StopReason};

use crate::bed::{Act, Bed};

fn near(value: f64, expected: f64, share: f64) -> bool {
    (value - expected).abs() <= expected * share
}

#[test]
fn a_run_is_summed_up() {
    let ran = Bed::new(&json!({ "vus": 2, "duration": "10s" }), Act::Request(100)).run();
    let summary = ran.handle.summary();
    let Some(MetricValues::Counter { count, rate }) =
        summary.lookup("http_reqs").map(|m| m.values.clone())
    else {
        panic!("requests were counted");
    };
    assert!(
        (198.0..=202.0).contains(&count) && near(rate, 20.0, 0.02),
        "{count}, {rate}"
    );
    let Some(MetricValues::Rate { passes, fails }) =
        summary.lookup("http_req_failed").map(|m| m.values.clone())
    else {
        panic!("failures were counted");
    };
    assert_eq!(passes + fails, ran.completed());
    let names: Vec<&str> = summary
        .metrics
        .iter()
        .map(|metric| metric.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "checks",
            "http_req_blocked",
            "http_req_connecting",
            "http_req_duration",
            "http_req_failed",
            "http_req_receiving",
            "http_req_sending",
            "http_req_tls_handshaking",
            "http_req_waiting",
            "http_reqs",
            "iteration_duration",
            "iterations",
            "vus",
            "vus_max"
        ]
    );
    assert!(
        summary
            .lookup("http_req_duration{expected_response:true}")
            .is_some()
    );
    let text = summary.compact_text(false);
    for part in [
        "checks_succeeded...: 75.00% ",
        "✗ is 200\n      ↳  75% — ✓ ",
        "avg=100ms",
        "min=100ms",
        "vus_max........................: 2 ",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
}

#[test]
fn what_is_measured_twice_agrees() {
    let ran = Bed::new(&json!({ "vus": 4, "duration": "30s" }), Act::Request(250)).run();
    let law = ran.handle.littles_law();
    assert!(
        near(law.busy_vus, 4.0, 0.02) && near(law.iterations_per_sec, 16.0, 0.02),
        "{law:?}"
    );
    assert!(law.deviation() < 0.02, "{law:?}");
    let report = ran.handle.report(Vec::new());
    assert_eq!(report.started_at, "2023-11-14T22:13:20.000000Z");
    assert!(
        (29..=32).contains(&report.series.len()),
        "{}",
        report.series.len()
    );
    assert!(
        near(report.series[10].requests_per_sec, 16.0, 0.01),
        "{:?}",
        report.series[10]
    );
    assert!(near(report.series[10].p95_ms, 250.0, 0.02) && report.series[10].vus == 4);
    let request = &report.requests[0];
    assert_eq!(
        (request.name.as_str(), request.is_group),
        ("GET /clips", false)
    );
    assert_eq!(
        (request.durations.count, request.failed),
        (ran.completed(), ran.completed() / 4)
    );
    assert_eq!(
        (
            report.checks[0].group.as_str(),
            report.checks[0].name.as_str()
        ),
        ("::watch", "is 200")
    );
}

#[test]
fn arrivals_in_step_with_whoever_looks_are_measured_as_any_others() {
    for period_ms in [10, 37, 100] {
        let scenario = json!({ "executor": "constant-arrival-rate", "rate": 1_000,
            "timeUnit": format!("{period_ms}s"), "duration": "30s", "preAllocatedVUs": 4 });
        let ran = Bed::scenario(&scenario, Act::Request(6)).run();
        let law = ran.handle.littles_law();
        let expected = 6.0 / f64::from(period_ms);
        assert!(
            near(law.busy_vus, expected, 0.03) && law.agrees(),
            "{law:?}"
        );
    }
}

#[test]
fn interrupted_iterations_belong_to_the_users_at_work() {
    let scenario = json!({ "executor": "constant-vus", "vus": 3, "duration": "10s",
        "gracefulStop": "0s" });
    let ran = Bed::scenario(&scenario, Act::Sleep(4_000)).run();
    assert_eq!(ran.handle.state().iterations_interrupted(), 3);
    let law = ran.handle.littles_law();
    assert!(near(law.busy_vus, 3.0, 0.01) && law.agrees(), "{law:?}");
}

#[test]
fn an_open_loop_measures_from_the_intended_start() {
    let scenario = json!({ "executor": "constant-arrival-rate", "rate": 10, "duration": "10s",
        "preAllocatedVUs": 10 });
    let ran = Bed::scenario(&scenario, Act::Request(200)).run();
    let summary = ran.handle.summary();
    assert!(
        summary
            .metrics
            .iter()
            .all(|metric| metric.name != "iteration_duration_intended")
    );
    let intended = summary.lookup("iteration_duration_intended").unwrap();
    let MetricValues::Trend(trend) = &intended.values else {
        panic!("a trend")
    };
    assert_eq!(trend.count(), 100);
    assert!(
        trend.percentile(0.0) >= 200.0 && trend.max() < 203.0,
        "{}",
        trend.max()
    );
}

#[test]
fn a_threshold_can_end_the_run() {
    let ran = Bed::new(
        &json!({ "vus": 1, "duration": "10m", "thresholds": {
            "http_req_failed": [{ "threshold": "rate<0.1", "abortOnFail": true, "delayAbortEval": "5s" }],
            "http_req_duration{status:500}": ["max<50"],
            "checks": ["rate>0.5"] } }),
        Act::Request(100),
    )
    .run();
    let reason = StopReason::ThresholdsCrossed(vec!["http_req_failed".to_owned()]);
    assert_eq!(ran.end.reason, Some(reason));
    assert!((5_000..8_000).contains(&ran.took_ms), "{}", ran.took_ms);
    let summary = ran.handle.summary();
    assert_eq!(
        summary.crossed_thresholds(),
        ["http_req_duration{status:500}", "http_req_failed"]
    );
    let text = summary.compact_text(false);
    assert!(
        text.contains("      {status:500}\n      ✗ 'max<50' max=100ms\n"),
        "{text}"
    );
}

#[test]
fn a_full_summary_tells_scenarios_and_groups_apart() {
    let ran = Bed::new(&json!({ "iterations": 8 }), Act::Request(100))
        .full()
        .run();
    let text = ran.handle.summary().full_text(false);
    for part in [
        "█ SCENARIO: default ",
        "↳ GROUP: watch ",
        "http_req_waiting",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
}

#[test]
fn a_report_is_one_page_that_no_name_can_break() {
    let ran = Bed::new(&json!({ "iterations": 8 }), Act::Request(100)).run();
    let warnings = vec!["</script><script>alert(1)</script>".to_owned()];
    let report = ran.handle.report(warnings);
    let page = report.to_html().unwrap();
    let json = serde_json::to_string(&report).unwrap();
    let read: vita_load::Report = serde_json::from_str(&json).unwrap();
    assert_eq!(
        serde_json::to_string(&read).unwrap(),
        json,
        "another run can be compared with it"
    );
    assert!(page.contains("\\u003c/script>") && !page.contains("<script>alert"));
    assert!(page.contains("var uPlot=") && page.contains("\"name\":\"GET /clips\""));
    assert!(
        !page.contains("/*{") && !page.contains("{live}"),
        "every place is filled"
    );
    let live = report.to_live_html("now?a=1&b=\"2\"").unwrap();
    assert!(live.contains("data-live=\"now?a=1&amp;b=&quot;2&quot;\""));
    assert!(!page.contains("src=\"http") && !page.contains("href=\"http"));
}
