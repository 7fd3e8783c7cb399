//! The tags of samples, as an output of every sample has them.

use crate::bench::{script, server};
use serde_json::{Value, json};

fn points<'a>(lines: &'a [Value], metric: &str) -> Vec<&'a Value> {
    lines
        .iter()
        .filter(|line| line["type"] == "Point" && line["metric"] == metric)
        .map(|line| &line["data"])
        .collect()
}

#[tokio::test]
async fn samples_have_k6s_tags() {
    let url = server().await;
    let lines = script(
        "import http from 'k6/http';
        import { check, group } from 'k6';
        import exec from 'k6/execution';
        import { Counter } from 'k6/metrics';
        const made = new Counter('made');
        export const options = { tags: { run: 'r' }, scenarios: { mine: { executor: 'shared-iterations', tags: { sc: 's' } } } };
        export function setup() { http.get(__ENV.URL + '/json'); }
        export default function () {
            group('outer', () => group('inner', () => {
                const id = 7;
                const res = http.get(http.url`${__ENV.URL}/missing?id=${id}`, { tags: { own: 'o' } });
                check(res, { 'is there': (r) => r.status === 200 }, { ck: 'c' });
            }));
            exec.vu.tags.late = 'l';
            made.add(3, { kind: 'k' });
            http.get(__ENV.URL + '/redirect', { tags: { name: 'followed' }, responseCallback: null });
            http.get('http://127.0.0.1:1/');
        }",
    )
    .env("URL", &url)
    .samples()
    .await;
    let reqs = points(&lines, "http_reqs");
    assert_eq!(reqs.len(), 5, "{reqs:?}");
    let tags: Vec<&Value> = reqs.iter().map(|point| &point["tags"]).collect();
    let address = format!("{url}/json");
    assert_eq!(
        tags[0],
        &json!({ "run": "r", "group": "::setup", "method": "GET", "name": address, "url": address, "status": "200",
            "proto": "HTTP/1.1", "expected_response": "true" })
    );
    let name = format!("{}/missing?id=${{}}", "${}");
    assert_eq!(
        tags[1],
        &json!({ "run": "r", "sc": "s", "scenario": "mine", "group": "::outer::inner", "own": "o", "method": "GET",
            "name": name, "url": name, "status": "404", "proto": "HTTP/1.1", "error_code": "1404",
            "expected_response": "false" })
    );
    for (at, status) in [(2, "303"), (3, "200")] {
        assert_eq!(tags[at]["name"], "followed");
        assert_eq!(tags[at]["status"], status);
        assert_eq!(tags[at]["late"], "l");
        assert_eq!(tags[at].get("expected_response"), None);
    }
    assert_eq!(tags[4]["error_code"], "1212");
    assert_eq!(tags[4]["error"], "dial: connection refused");
    assert_eq!(tags[4]["status"], "0");
    // A request that nobody judges has neither failed nor not.
    assert_eq!(points(&lines, "http_req_failed").len(), 3);
    let made = points(&lines, "made");
    assert_eq!(made[0]["value"], 3.0);
    assert_eq!(
        made[0]["tags"],
        json!({ "run": "r", "sc": "s", "scenario": "mine", "group": "", "kind": "k", "late": "l" })
    );
    let checks = points(&lines, "checks");
    assert_eq!(checks[0]["value"], 0.0);
    assert_eq!(checks[0]["tags"]["check"], "is there");
    assert_eq!(checks[0]["tags"]["ck"], "c");
    assert_eq!(checks[0]["tags"]["group"], "::outer::inner");
    assert_eq!(points(&lines, "group_duration").len(), 2);
    assert!(
        points(&lines, "data_received")
            .iter()
            .any(|point| point["value"].as_f64() > Some(0.0))
    );
}
