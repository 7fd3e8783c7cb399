//! Both layouts, byte for byte, from figures like those of real runs.

use serde_json::json;

use super::*;
use crate::metric::{Check, Precision, Trend, TrendValues};

fn metric(name: &str, contains: Contains, values: MetricValues) -> MetricSummary {
    let kind = match values {
        MetricValues::Counter { .. } => MetricKind::Counter,
        MetricValues::Gauge { .. } => MetricKind::Gauge,
        MetricValues::Rate { .. } => MetricKind::Rate,
        MetricValues::Trend(_) => MetricKind::Trend,
    };
    let suffix = name
        .split_once('{')
        .and_then(|(_, rest)| rest.strip_suffix('}'))
        .map(str::to_owned);
    MetricSummary {
        name: name.to_owned(),
        suffix,
        kind,
        contains,
        values,
        thresholds: Vec::new(),
        subs: Vec::new(),
    }
}

fn counter(name: &str, contains: Contains, count: f64, rate: f64) -> MetricSummary {
    metric(name, contains, MetricValues::Counter { count, rate })
}

fn gauge(name: &str, value: f64, min: f64, max: f64) -> MetricSummary {
    metric(
        name,
        Contains::Default,
        MetricValues::Gauge { value, min, max },
    )
}

fn rate(name: &str, passes: u64, fails: u64) -> MetricSummary {
    metric(
        name,
        Contains::Default,
        MetricValues::Rate { passes, fails },
    )
}

fn trend(name: &str, values: &[f64]) -> MetricSummary {
    let mut trend = Trend::new(Precision::METRIC);
    for value in values {
        trend.add(*value);
    }
    metric(
        name,
        Contains::Time,
        MetricValues::Trend(TrendValues::new(trend)),
    )
}

fn threshold(source: &str, aggregation: &str, value: f64, ok: bool) -> ThresholdSummary {
    ThresholdSummary {
        source: source.to_owned(),
        aggregation: aggregation.to_owned(),
        value: Some(value),
        ok,
    }
}

fn check(name: &str, group: &str, passes: u64, fails: u64) -> Check {
    let path = format!("{group}::{name}");
    Check {
        name: name.to_owned(),
        path,
        id: String::new(),
        passes,
        fails,
    }
}

fn run() -> RunSummary {
    let mut checks = rate("checks", 50, 10);
    checks
        .thresholds
        .push(threshold("rate>0.9", "rate", 50.0 / 60.0, false));
    let mut durations = trend("http_req_duration", &[0.25, 9.139, 1.5]);
    durations
        .thresholds
        .push(threshold("p(95)<500", "p(95)", 8.375, true));
    durations
        .thresholds
        .push(threshold("avg<0.01", "avg", 3.629_666, false));
    let mut slow = trend("http_req_duration{name:grp}", &[0.25, 0.721_72]);
    slow.thresholds
        .push(threshold("max<500", "max", 0.721_72, true));
    durations.subs = vec![
        trend(
            "http_req_duration{expected_response:true}",
            &[0.25, 9.139, 1.5],
        ),
        slow,
    ];
    let group = Group {
        name: "first group".to_owned(),
        path: "::first group".to_owned(),
        checks: vec![
            check("is 200", "::first group", 10, 0),
            check("is never", "::first group", 0, 10),
        ],
        ..Group::default()
    };
    RunSummary {
        duration: Duration::from_millis(2_002),
        metrics: vec![
            checks,
            counter("data_received", Contains::Data, 16_000.0, 8_000.0),
            trend("group_duration", &[0.1311, 9.43]),
            durations,
            rate("http_req_failed", 0, 50),
            trend("http_req_waiting", &[0.25, 9.0]),
            counter("http_reqs", Contains::Default, 50.0, 24.967_803),
            counter("my_counter", Contains::Default, 10.0, 4.993_561),
            gauge("my_gauge", 3.0, 3.0, 3.0),
            rate("my_rate", 10, 0),
            gauge("vus", 0.0, 0.0, 0.0),
        ],
        own_metrics: Vec::new(),
        root_group: Group {
            groups: vec![group],
            checks: vec![check("health ok", "", 40, 0)],
            ..Group::default()
        },
        parts: Vec::new(),
        requests: Vec::new(),
        trend_stats: TrendStat::read(None).unwrap(),
        time_unit: None,
    }
}

#[test]
fn the_classic_layout_is_that_of_k6_before_1_0() {
    let expected = "     ✓ health ok

     █ first group

       ✓ is 200
       ✗ is never
        ↳  0% — ✓ 0 / ✗ 10

   ✗ checks.........................: 83.33%  ✓ 50        ✗ 10 
     data_received..................: 16 kB   8.0 kB/s
     group_duration.................: avg=4.78ms   min=131.1µs med=4.78ms   max=9.43ms   p(90)=8.5ms    p(95)=8.96ms  
   ✗ http_req_duration..............: avg=3.62ms   min=250µs   med=1.5ms    max=9.13ms   p(90)=7.61ms   p(95)=8.37ms  
       { expected_response:true }...: avg=3.62ms   min=250µs   med=1.5ms    max=9.13ms   p(90)=7.61ms   p(95)=8.37ms  
     ✓ { name:grp }.................: avg=485.86µs min=250µs   med=485.86µs max=721.72µs p(90)=674.54µs p(95)=698.13µs
     http_req_failed................: 0.00%   ✓ 0         ✗ 50 
     http_req_waiting...............: avg=4.62ms   min=250µs   med=4.62ms   max=9ms      p(90)=8.12ms   p(95)=8.56ms  
     http_reqs......................: 50      24.967803/s
   ✓ my_counter.....................: 10      4.993561/s
     my_gauge.......................: 3       min=3       max=3
     my_rate........................: 100.00% ✓ 10        ✗ 0  
     vus............................: 0       min=0       max=0
";
    let mut run = run();
    run.metrics[7]
        .thresholds
        .push(threshold("count>5", "count", 10.0, true));
    assert_eq!(run.classic_text(false), expected);
}

#[test]
fn the_present_layout_is_that_of_k6_since_1_0() {
    let expected = "  █ THRESHOLDS 

    checks
    ✗ 'rate>0.9' rate=83.33%

    http_req_duration
    ✓ 'p(95)<500' p(95)=8.37ms
    ✗ 'avg<0.01' avg=3.62ms

      {name:grp}
      ✓ 'max<500' max=721.72µs


  █ TOTAL RESULTS 

    checks_total.......: 60     29.97003/s
    checks_succeeded...: 83.33% 50 out of 60
    checks_failed......: 16.66% 10 out of 60

    ✓ health ok
    ✓ is 200
    ✗ is never
      ↳  0% — ✓ 0 / ✗ 10

    CUSTOM
    my_counter.....................: 10      4.993561/s
    my_gauge.......................: 3       min=3        max=3
    my_rate........................: 100.00% 10 out of 10

    HTTP
    http_req_duration..............: avg=3.62ms   min=250µs med=1.5ms    max=9.13ms   p(90)=7.61ms   p(95)=8.37ms  
      { expected_response:true }...: avg=3.62ms   min=250µs med=1.5ms    max=9.13ms   p(90)=7.61ms   p(95)=8.37ms  
      { name:grp }.................: avg=485.86µs min=250µs med=485.86µs max=721.72µs p(90)=674.54µs p(95)=698.13µs
    http_req_failed................: 0.00%   0 out of 50
    http_reqs......................: 50      24.967803/s

    EXECUTION
    vus............................: 0       min=0        max=0

    NETWORK
    data_received..................: 16 kB   8.0 kB/s
";
    assert_eq!(run().compact_text(false), expected);
}

#[test]
fn the_full_extent_shows_what_the_compact_leaves_out() {
    let mut run = run();
    run.parts = vec![
        PartSummary {
            name: "default".to_owned(),
            is_scenario: true,
            metrics: vec![trend("http_req_waiting", &[1.0])],
        },
        PartSummary {
            name: "::first group".to_owned(),
            is_scenario: false,
            metrics: vec![rate("checks", 10, 10)],
        },
    ];
    let text = run.full_text(false);
    for part in [
        "    http_req_waiting...............: avg=4.62ms",
        "    group_duration.................: avg=4.78ms",
        "\n  █ SCENARIO: default \n\n    checks_total.......: 60 ",
        "\n\n    HTTP\n    http_req_waiting...: avg=1ms",
        "\n    ↳ GROUP: first group \n\n      checks_total.......: 20",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    assert!(!run.compact_text(false).contains("http_req_waiting"));
}

#[test]
fn colours_are_only_there_when_asked_for() {
    assert!(!run().compact_text(false).contains('\u{1b}'));
    assert!(
        run()
            .compact_text(true)
            .contains("\u{1b}[32m✓\u{1b}[0m 'p(95)<500'")
    );
}

#[test]
fn the_export_says_true_of_what_failed() {
    let run = run();
    let export = run.export();
    assert_eq!(
        export["metrics"]["checks"]["thresholds"],
        json!({ "rate>0.9": true })
    );
    assert_eq!(
        export["metrics"]["http_req_duration"]["thresholds"],
        json!({ "p(95)<500": false, "avg<0.01": true })
    );
    assert_eq!(
        export["metrics"]["my_rate"],
        json!({ "value": 1, "passes": 10, "fails": 0 })
    );
    assert_eq!(
        export["root_group"]["groups"]["first group"]["checks"]["is 200"]["passes"],
        10
    );
    assert_eq!(
        export["metrics"]["my_gauge"],
        json!({ "value": 3, "min": 3, "max": 3 })
    );
    assert!(run.export_text().starts_with("{\n    \"metrics\": {"));
}

#[test]
fn the_data_of_handle_summary_has_arrays_and_oks() {
    let data = run().handle_summary_data(SummaryContext {
        is_stdout_tty: true,
        ..SummaryContext::default()
    });
    assert_eq!(
        data["metrics"]["checks"]["thresholds"],
        json!({ "rate>0.9": { "ok": false } })
    );
    assert_eq!(
        data["metrics"]["http_reqs"]["values"],
        json!({ "count": 50, "rate": 24.967_803 })
    );
    assert_eq!(data["metrics"]["http_req_waiting"]["type"], "trend");
    assert_eq!(data["metrics"]["http_req_waiting"]["contains"], "time");
    assert_eq!(
        data["metrics"]["http_req_duration{name:grp}"]["values"]["max"],
        0.721_72
    );
    assert_eq!(data["root_group"]["groups"][0]["checks"][1]["fails"], 10);
    assert_eq!(
        data["state"],
        json!({ "isStdOutTTY": true, "isStdErrTTY": false, "testRunDurationMs": 2002.0 })
    );
    assert_eq!(data["options"]["summaryTrendStats"][4], "p(90)");
}

#[test]
fn crossed_thresholds_are_named_with_their_selectors() {
    assert_eq!(run().crossed_thresholds(), ["checks", "http_req_duration"]);
    let stats = TrendStat::read(Some(&["p(99.9)".to_owned(), "count".to_owned()])).unwrap();
    assert_eq!(stats.len(), 2);
    assert!(TrendStat::read(Some(&["rate".to_owned()])).is_err());
}
