use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use vita_testkit::{Exited, RunningProcess, Signal, run_to_end};

use crate::{PROGRAM, quick_server};

/// Longest time for a small test while others keep the machine busy.
const RUN_LIMIT: Duration = Duration::from_mins(1);

/// Two checks in a group, of which one never holds, and a metric.
const CHECKS: &str = "import { check, group } from 'k6';
    import { Trend } from 'k6/metrics';
    const mine = new Trend('mine', true);
    export const options = { vus: 2, iterations: 4, thresholds: { checks: ['rate>0.1'] } };
    export default function () {
        group('g', () => check(1, { 'is one': (v) => v === 1, 'is never': () => false }));
        mine.add(5, { kind: 'x' });
    }";

struct Bed {
    folder: TempDir,
}

impl Bed {
    fn with(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("script.js"), script).unwrap();
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn load(&self, line: &str) -> Exited {
        self.load_with(line, &[])
    }

    fn load_with(&self, line: &str, variables: &[(&str, &str)]) -> Exited {
        let args: Vec<&str> = ["load"].into_iter().chain(line.split(' ')).collect();
        run_to_end(Path::new(PROGRAM), &args, variables, self.path(), RUN_LIMIT).unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }
}

#[track_caller]
fn assert_code(exited: &Exited, code: i32) {
    assert_eq!(
        exited.status.code(),
        Some(code),
        "{}\n{}",
        exited.stdout,
        exited.stderr
    );
}

#[test]
fn a_script_from_a_file_has_its_summary_on_standard_output_and_nothing_else() {
    let bed = Bed::with(CHECKS);
    let exited = bed.load("run script.js");
    assert_code(&exited, 0);
    for part in ["checks_succeeded...: 50.00% 4 out of 8", "✗ is never"] {
        assert!(exited.stdout.contains(part), "{part}: {}", exited.stdout);
    }
    assert!(!exited.stdout.contains("too short"), "{}", exited.stdout);
    for part in [
        "* default: 4 iterations shared among 2 VUs",
        "the test was too short to tell",
    ] {
        assert!(exited.stderr.contains(part), "{part}: {}", exited.stderr);
    }
}

#[test]
fn a_script_comes_from_standard_input_too() {
    let bed = Bed::with("");
    let script = "export default function () { console.log('from', __ENV.WHERE, __VU); }";
    let args = ["load", "run", "-q", "-u", "1", "-e", "WHERE=here", "-"].map(str::to_owned);
    let program = Path::new(PROGRAM);
    let running = RunningProcess::start_with_input(program, &args, &[], bed.path(), script);
    let exited = running.unwrap().wait(RUN_LIMIT).unwrap();
    assert_code(&exited, 0);
    let line = "level=info msg=\"from here 1\" source=console";
    assert!(exited.stderr.contains(line), "{}", exited.stderr);
}

#[test]
fn exit_codes_and_messages_are_k6s() {
    let import = "import exec from 'k6/execution';";
    let end = "export default function () {}";
    for (script, code, message) in [
        (
            "import { check } from 'k6'; export const options = { thresholds: { checks: ['rate>0.9'] } };
            export default function () { check(1, { no: () => false }); }"
                .to_owned(),
            99,
            "level=error msg=\"thresholds on metrics 'checks' have been crossed\"",
        ),
        (
            format!("export const options = {{ thresholds: {{ nothing: ['rate>1'] }} }}; {end}"),
            104,
            "nothing",
        ),
        ("throw new Error('early');".to_owned(), 107, "Error: early"),
        (
            format!("{import} export default function () {{ exec.test.abort('enough'); }}"),
            108,
            "enough",
        ),
        (
            format!("{import} export default function () {{ exec.test.fail('bad'); }}"),
            110,
            "bad",
        ),
    ] {
        let bed = Bed::with(&script);
        let exited = bed.load("run -q script.js");
        assert_code(&exited, code);
        assert!(exited.stderr.contains(message), "{}", exited.stderr);
    }
    let bed = Bed::with(end);
    let exited = bed.load("run nowhere.js");
    assert_code(&exited, 255);
    assert!(
        exited.stderr.contains("`nowhere.js` can't be read"),
        "{}",
        exited.stderr
    );
    assert_code(&bed.load("run --no-thresholds script.js"), 0);
}

#[test]
fn what_was_crossed_is_said_last() {
    let bed = Bed::with(
        "import { check } from 'k6';
        export const options = { thresholds: { checks: ['rate>0.9'] } };
        export default function () { check(1, { no: () => false }); }",
    );
    let exited = bed.load("run --log-output stdout script.js");
    assert_code(&exited, 99);
    let last = exited.stdout.lines().last().unwrap_or_default();
    let message = "msg=\"thresholds on metrics 'checks' have been crossed\"";
    assert!(last.contains(message), "{}", exited.stdout);
}

#[test]
fn flags_beat_variables_and_variables_the_script_and_the_script_the_file() {
    let bed = Bed::with(
        "import exec from 'k6/execution';
        export const options = { vus: 1, iterations: 1, batch: 3, userAgent: 'script', rps: 1000 };
        export default function () {
            const o = exec.test.options;
            const own = o.scenarios.default;
            console.log(`vus=${own.vus} iterations=${own.iterations} agent=${o.userAgent} batch=${o.batch} redirects=${o.maxRedirects}`);
        }",
    );
    fs::write(
        bed.path().join("conf.json"),
        "{ \"batch\": 9, \"maxRedirects\": 7 }",
    )
    .unwrap();
    let variables = [
        ("K6_VUS", "2"),
        ("K6_ITERATIONS", "2"),
        ("K6_USER_AGENT", "env"),
    ];
    let exited = bed.load_with("run -c conf.json -i 3 script.js", &variables);
    assert_code(&exited, 0);
    let line = "vus=2 iterations=3 agent=env batch=3 redirects=7";
    assert_eq!(exited.stderr.matches(line).count(), 3, "{}", exited.stderr);
}

#[test]
fn every_sample_and_the_figures_are_written_in_k6s_shapes() {
    let bed = Bed::with(CHECKS);
    let line = "run -q -o json=all.json --out csv=all.csv --summary-export sum.json --html report.html --tag run=a script.js";
    assert_code(&bed.load(line), 0);
    let json = bed.read("all.json");
    let lines: Vec<Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |kind: &str| {
        let own = lines.iter().filter(move |line| line["metric"] == "mine");
        let kind = kind.to_owned();
        own.filter(move |line| line["type"] == *kind)
    };
    assert_eq!(of("Metric").count(), 1);
    let points: Vec<&Value> = of("Point").collect();
    assert_eq!(points.len(), 4, "{json}");
    let data = &points[0]["data"];
    assert_eq!(data["value"], 5);
    assert_eq!(data["tags"]["kind"], "x");
    assert_eq!(data["tags"]["run"], "a");
    let csv = bed.read("all.csv");
    assert!(csv.starts_with("metric_name,timestamp,metric_value,check,error,error_code,"));
    assert!(csv.contains("\nmine,"), "{csv}");
    let sum: Value = serde_json::from_str(&bed.read("sum.json")).unwrap();
    let checks = &sum["metrics"]["checks"];
    assert_eq!(checks["passes"], 4, "{sum}");
    assert_eq!(checks["thresholds"]["rate>0.1"], false);
    let group = &sum["root_group"]["groups"]["g"];
    assert_eq!(group["checks"]["is never"]["fails"], 4);
    assert!(bed.read("report.html").contains("<title>Load test report"));
}

#[test]
fn a_summary_of_its_own_goes_where_the_script_says() {
    let bed = Bed::with(
        "export default function () {}
        export function handleSummary(data) {
            return { stdout: 'mine\\n', 'out.json': JSON.stringify(data.metrics.iterations.values.count) };
        }",
    );
    let exited = bed.load("run -q -i 3 script.js");
    assert_code(&exited, 0);
    assert_eq!(exited.stdout, "mine");
    assert_eq!(bed.read("out.json"), "3");
    let disabled = bed.load("run -q --summary-mode disabled script.js");
    assert_eq!(disabled.stdout, "");
}

#[test]
fn options_are_shown_without_running_anything() {
    let bed = Bed::with(CHECKS);
    let shown = bed.load("inspect script.js");
    assert_code(&shown, 0);
    let options: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(options["vus"], 2);
    assert_eq!(options["thresholds"]["checks"][0], "rate>0.1");
    let shown = bed.load("inspect --execution-requirements script.js");
    let options: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(options["maxVUs"], 2);
    assert_eq!(options["totalDuration"], "10m30s");
    assert_eq!(
        options["scenarios"]["default"]["executor"],
        "shared-iterations"
    );
    fs::write(bed.path().join("script.js"), "oops(").unwrap();
    assert_code(&bed.load("inspect script.js"), 107);
}

#[test]
fn scripts_to_begin_with_and_profiles_are_there() {
    let bed = Bed::with(CHECKS);
    for line in ["new first.js", "new --template protocol second.js"] {
        assert_code(&bed.load(line), 0);
    }
    for name in ["first.js", "second.js"] {
        assert_code(&bed.load(&format!("inspect {name}")), 0);
    }
    let refused = bed.load("new first.js");
    assert_code(&refused, 255);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_code(&bed.load("new --force first.js"), 0);
    let listed = bed.load("profile");
    assert_code(&listed, 0);
    assert_eq!(listed.stdout.lines().count(), 7, "{}", listed.stdout);
    assert_code(&bed.load("profile nothing"), 255);
}

#[test]
fn what_is_not_supported_is_said() {
    let bed = Bed::with("export default function () {}");
    for (line, message) in [
        (
            "run --out influxdb script.js",
            "output `influxdb` is not supported",
        ),
        (
            "run --log-output loki=x script.js",
            "`loki=x` is not supported",
        ),
        ("run -t archive script.js", "archives are not supported"),
        (
            "run -u many script.js",
            "`--vus`: `many` is not a whole number",
        ),
        ("run --no-summary script.js", "--summary-mode=disabled"),
        (
            "run --html nowhere/report.html script.js",
            "`--html`: failed to write `nowhere/report.html`",
        ),
        (
            "run --execution-segment 0:1/2 script.js",
            "executionSegment",
        ),
    ] {
        let exited = bed.load(line);
        assert_code(&exited, 104);
        assert!(exited.stderr.contains(message), "{line}: {}", exited.stderr);
    }
}

#[test]
fn messages_take_the_form_and_the_way_that_were_asked_for() {
    let bed =
        Bed::with("console.debug('deep'); export default function () { console.log({ a: 1 }); }");
    let exited = bed.load("run -q --log-format json --log-output file=log.txt script.js");
    assert_code(&exited, 0);
    assert_eq!(exited.stderr, "");
    let line: Value = serde_json::from_str(bed.read("log.txt").lines().next().unwrap()).unwrap();
    assert_eq!(line["source"], "console");
    let exited = bed.load("run -q -v --log-format raw --console-output said.txt script.js");
    assert_code(&exited, 0);
    let said = bed.read("said.txt");
    assert!(said.contains("deep") && said.contains("a: 1"), "{said}");
    assert!(!exited.stderr.contains("deep"), "{}", exited.stderr);
}

/// A run without an end that writes a line of its own once it is under way.
fn endless() -> (Bed, RunningProcess) {
    let bed = Bed::with(
        "import { sleep } from 'k6';
        export const options = { vus: 2, duration: '10m' };
        export default function () { sleep(100); }
        export function setup() { console.log('under way'); }
        export function teardown() { console.log('torn down'); }",
    );
    let args = ["load", "run", "--log-output", "stdout", "script.js"].map(str::to_owned);
    let mut running = RunningProcess::start(Path::new(PROGRAM), &args, &[], bed.path()).unwrap();
    let is_under_way = |line: &str| line.contains("under way").then_some(());
    running.wait_for_line(RUN_LIMIT, is_under_way).unwrap();
    (bed, running)
}

#[test]
fn an_interrupted_run_has_its_teardown_and_summary() {
    let (_bed, running) = endless();
    running.signal(Signal::INT).unwrap();
    let exited = running.wait(RUN_LIMIT).unwrap();
    assert_code(&exited, 105);
    for part in [
        "torn down",
        "stopping the test in response to SIGINT",
        "TOTAL RESULTS",
    ] {
        assert!(exited.stdout.contains(part), "{part}: {}", exited.stdout);
    }
}

#[test]
fn a_second_signal_ends_a_teardown_that_does_not() {
    let bed = Bed::with(
        "export default function () { console.log('going'); while (true) {} }
        export function teardown() { console.log('clinging'); while (true) {} }",
    );
    let args = ["load", "run", "--log-output", "stdout", "script.js"].map(str::to_owned);
    let mut running = RunningProcess::start(Path::new(PROGRAM), &args, &[], bed.path()).unwrap();
    for word in ["going", "clinging"] {
        let is_there = |line: &str| line.contains(word).then_some(());
        running.wait_for_line(RUN_LIMIT, is_there).unwrap();
        running.signal(Signal::INT).unwrap();
    }
    let exited = running.wait(RUN_LIMIT).unwrap();
    assert_code(&exited, 105);
    let blames = exited.stdout.contains("ignored") || exited.stderr.contains("ignored");
    assert!(!blames, "{}{}", exited.stdout, exited.stderr);
}

#[tokio::test]
async fn a_running_test_is_shown_on_a_page() {
    let app = quick_server().start().await;
    let bed = Bed::with(
        "import http from 'k6/http'; import { check, sleep } from 'k6';
        export const options = { duration: '10m' };
        export default function () {
            check(http.get(`${__ENV.URL}/api/health`), { up: (r) => r.status === 200 });
            console.log('asked');
            sleep(0.01);
        }",
    );
    let env = format!("URL={}", app.url());
    let line = "load run --web=127.0.0.1:0 --log-output stdout -e";
    let mut args: Vec<String> = line.split(' ').map(str::to_owned).collect();
    args.extend([env, "script.js".to_owned()]);
    let mut running = RunningProcess::start(Path::new(PROGRAM), &args, &[], bed.path()).unwrap();
    let is_asked = |line: &str| line.contains("asked").then_some(());
    running.wait_for_line(RUN_LIMIT, is_asked).unwrap();
    let said = running.stderr();
    let url = said
        .split("page: ")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    let url = url.unwrap();
    let page = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert!(page.contains("data-live=\"report.json\""));
    let report = reqwest::get(format!("{url}report.json")).await.unwrap();
    let report: Value = report.json().await.unwrap();
    assert_eq!(report["is_over"], false);
    let foreign = reqwest::Client::new()
        .get(url)
        .header("Host", "evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    running.signal(Signal::TERM).unwrap();
    let exited = running.wait(RUN_LIMIT).unwrap();
    assert_code(&exited, 105);
    assert!(exited.stdout.contains("http_reqs"), "{}", exited.stdout);
}

#[tokio::test]
async fn samples_are_written_to_prometheus() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/v1/write", listener.local_addr().unwrap());
    let bed = Bed::with(CHECKS);
    let line = "load run -q -o experimental-prometheus-rw script.js";
    let args: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let variables = [("K6_PROMETHEUS_RW_SERVER_URL".to_owned(), url)];
    let running = RunningProcess::start(Path::new(PROGRAM), &args, &variables, bed.path()).unwrap();
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.windows(4).any(|four| four == b"\r\n\r\n") {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
    }
    let head = String::from_utf8_lossy(&request).to_lowercase();
    assert!(head.starts_with("post /api/v1/write http/1.1"), "{head}");
    for header in [
        "content-type: application/x-protobuf",
        "content-encoding: snappy",
        "x-prometheus-remote-write-version: 0.1.0",
    ] {
        assert!(head.contains(header), "{header}: {head}");
    }
    let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    stream.write_all(answer).await.unwrap();
    assert_code(&running.wait(RUN_LIMIT).unwrap(), 0);
}
