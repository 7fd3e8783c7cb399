//! A run as the command sees it: exit code, summary, thresholds.

use crate::bench::{script, server};
use vita_k6::TestError;

#[tokio::test]
async fn crossed_thresholds_are_exit_code_99_and_in_the_summary() {
    let url = server().await;
    let (outcome, log) = script(
        "import http from 'k6/http';
        import { check, group, sleep } from 'k6';
        import { Counter } from 'k6/metrics';
        const made = new Counter('made');
        export const options = {
            vus: 3, iterations: 9,
            thresholds: {
                http_req_duration: ['p(95)<10000'],
                'http_reqs{name:mine}': ['count==9'],
                checks: ['rate>0.9'],
                made: ['count>5'],
            },
        };
        export default function () {
            group('reads', () => {
                const res = http.get(__ENV.URL + '/json', { tags: { name: 'mine' } });
                check(res, { 'is 200': (r) => r.status === 200, 'is never': () => false });
            });
            made.add(1, { kind: 'x' });
            sleep(0.001);
        }",
    )
    .env("URL", &url)
    .run_whole()
    .await;
    assert_eq!(outcome.exit_code, 99, "{log:?}");
    assert_eq!(outcome.summary.crossed_thresholds(), ["checks"]);
    assert_eq!(outcome.outputs.0[0].0, "stdout");
    let text = String::from_utf8_lossy(&outcome.outputs.0[0].1).into_owned();
    for part in [
        "checks_succeeded...: 50.00% 9 out of 18",
        "✗ is never",
        "made...",
        "http_reqs......................: 9 ",
        "iterations.....................: 9 ",
        "{name:mine}",
    ] {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
    assert!(
        log.iter()
            .any(|line| line.contains("thresholds on metrics 'checks' have been crossed"))
    );
}

#[tokio::test]
async fn exit_codes_are_k6s() {
    for (body, code) in [
        ("export default function () {}", 0),
        ("export default function () { throw new Error('x'); }", 0),
        (
            "import exec from 'k6/execution'; export default function () { exec.test.abort(); }",
            108,
        ),
        (
            "import exec from 'k6/execution'; if (__VU > 0) exec.test.abort(); export default function () {}",
            108,
        ),
        (
            "import exec from 'k6/execution'; export default function () { exec.test.fail('bad'); }",
            110,
        ),
        (
            "export function setup() { throw new Error('x'); } export default function () {}",
            107,
        ),
        (
            "export const options = { setupTimeout: '1ms' }; import { sleep } from 'k6'; export function setup() { sleep(9); } export default function () {}",
            100,
        ),
        (
            "export const options = { teardownTimeout: '1ms' }; import { sleep } from 'k6'; export function teardown() { sleep(9); } export default function () {}",
            101,
        ),
    ] {
        let (outcome, log) = script(body).run_whole().await;
        assert_eq!(outcome.exit_code, code, "{body}\n{log:?}");
    }
}

#[tokio::test]
async fn an_abort_in_init_code_is_exit_code_108() {
    let (result, _) = script(
        "import exec from 'k6/execution'; exec.test.abort('no'); export default function () {}",
    )
    .load()
    .await;
    let error = result.expect_err("it is aborted");
    assert_eq!(error, TestError::Aborted("test aborted: no".to_owned()));
    assert_eq!(error.exit_code(), 108);
}

#[tokio::test]
async fn handle_summary_gets_k6s_data() {
    let url = server().await;
    let (outcome, log) = script(
        "import http from 'k6/http';
        import { check } from 'k6';
        export function setup() { return { seed: 1 }; }
        export default function () { check(http.get(__ENV.URL + '/json'), { ok: (r) => r.status === 200 }); }
        export function handleSummary(data) {
            return { 'all.json': JSON.stringify({
                keys: Object.keys(data).sort(), setup: data.setup_data, checks: data.root_group.checks.map((c) => [c.name, c.passes]),
                reqs: data.metrics.http_reqs.values.count, sent: data.metrics.data_sent.values.count > 0,
                group: data.metrics.iteration_duration.type }) };
        }",
    )
    .env("URL", &url)
    .run_whole()
    .await;
    assert_eq!(outcome.exit_code, 0, "{log:?}");
    assert_eq!(outcome.outputs.0[0].0, "all.json");
    assert_eq!(
        String::from_utf8_lossy(&outcome.outputs.0[0].1),
        r#"{"keys":["metrics","options","root_group","setup_data","state"],"setup":{"seed":1},"checks":[["ok",1]],"reqs":1,"sent":true,"group":"trend"}"#
    );
}
