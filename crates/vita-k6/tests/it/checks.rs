use crate::bench::{script, server};

#[tokio::test]
async fn a_script_with_requests_checks_groups_and_sleep_runs_to_its_end() {
    let url = server().await;
    let ran = script(
        r"
        import http from 'k6/http';
        import { check, group, sleep } from 'k6';
        import { Trend } from 'k6/metrics';
        const mine = new Trend('mine', true);
        export const options = { vus: 2, iterations: 4 };
        export default function () {
            group('outer', () => {
                const res = http.get(`${__ENV.URL}/json`);
                const passed = check(res, {
                    'is 200': (r) => r.status === 200,
                    'has a list': (r) => r.json('a.b.#') === 3,
                    'is never': () => false,
                });
                console.log(passed, res.json().a.b, res.headers['Content-Type']);
                mine.add(res.timings.duration, { kind: 'json' });
            });
            sleep(0.001);
        }
        export function handleSummary(data) {
            return { stdout: 'done ' + typeof data.metrics, 'out/file.json': JSON.stringify({ ok: true }) };
        }",
    )
    .env("URL", &url)
    .run()
    .await;
    assert_eq!(ran.end.reason, None, "{:?}", ran.log);
    assert_eq!(ran.completed, 4);
    assert_eq!(ran.printed(), ["false [ 1, 2, 3 ] application/json"; 4]);
    let summary = ran.summary.expect("a summary").0;
    assert_eq!(summary[0], ("stdout".to_owned(), b"done object".to_vec()));
    assert_eq!(summary[1].1, br#"{"ok":true}"#);
}
