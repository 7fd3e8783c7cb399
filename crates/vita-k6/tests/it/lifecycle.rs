//! Init, setup, iterations, teardown, summary.

use crate::bench::{printed, script, server};
use serde_json::json;
use vita_k6::{Secrets, TestError};
use vita_load::StopReason;

#[tokio::test]
async fn each_part_runs_once_and_data_is_copied() {
    let ran = script(
        "console.log('init', __VU);
        export const options = { scenarios: { one: { executor: 'per-vu-iterations', vus: 2 } } };
        export function setup() { return { n: 1, u: undefined, d: new Date(0) }; }
        export default function (data) { console.log('vu', JSON.stringify(data), typeof __ITER); data.n = 5; }
        export function teardown(data) { console.log('down', data.n); }",
    )
    .run()
    .await;
    let mut lines = ran.printed();
    lines.sort();
    let data = r#"vu {\"n\":1,\"d\":\"1970-01-01T00:00:00.000Z\"} number"#.replace("\\\"", "\"");
    assert_eq!(
        lines.iter().filter(|line| **line == data).count(),
        2,
        "{lines:?}"
    );
    assert_eq!(lines.iter().filter(|line| *line == "down 1").count(), 1);
    // Options, setup and teardown have a runtime each, with number 0.
    assert_eq!(
        lines.iter().filter(|line| *line == "init 0").count(),
        3,
        "{lines:?}"
    );
    assert!(lines.contains(&"init 1".to_owned()) && lines.contains(&"init 2".to_owned()));
    assert_eq!(
        ran.test.setup_data(),
        Some(r#"{"n":1,"d":"1970-01-01T00:00:00.000Z"}"#)
    );
}

#[tokio::test]
async fn what_needs_a_virtual_user_is_refused_in_init_code() {
    let (result, log) = script(
        "import http from 'k6/http';
        import { check, group } from 'k6';
        import exec from 'k6/execution';
        for (const f of [
            () => http.get('http://127.0.0.1:1/'),
            () => check(1, { a: true }),
            () => group('g', () => 1),
            () => exec.scenario.name,
            () => exec.test.options,
        ]) { try { f(); console.log('done'); } catch (e) { console.log(e.message); } }
        export default function () {}",
    )
    .load()
    .await;
    result.expect("a script");
    let lines = printed(&log);
    assert_eq!(lines.len(), 5);
    assert!(
        lines.iter().all(|line| line.contains("not supported")),
        "{lines:?}"
    );
}

#[tokio::test]
async fn what_is_for_init_code_is_refused_later() {
    let ran = script(
        "import { Counter } from 'k6/metrics';
        export default function () {
            for (const f of [() => open('x'), () => require('./x.js'), () => new Counter('late')]) {
                try { f(); console.log('done'); } catch (e) { console.log(e.message); }
            }
        }",
    )
    .run()
    .await;
    assert!(
        ran.printed().iter().all(|line| line.contains("init")),
        "{:?}",
        ran.printed()
    );
}

#[tokio::test]
async fn an_exception_names_its_place_and_the_run_goes_on() {
    let ran = script(
        "export const options = { iterations: 2 };\nexport default function () {\n  null.x;\n}",
    )
    .run()
    .await;
    assert_eq!((ran.completed, ran.end.reason.clone()), (2, None));
    let line = ran.log.first().expect("a line");
    assert!(
        line.contains("level=error") && line.contains("script.js:3:"),
        "{line}"
    );
    assert!(
        line.contains("hint=\"script exception\"") && line.contains("scenario=default"),
        "{line}"
    );
}

#[tokio::test]
async fn errors_of_init_code_and_syntax_name_their_place() {
    for (text, place) in [
        (
            "export default function () {}\nthrow new Error('broken');",
            "script.js:2:",
        ),
        (
            "export default function () {\n  let = = 3;\n}",
            "script.js:2:",
        ),
    ] {
        let (result, _) = script(text).load().await;
        let error = result.expect_err("a broken script");
        assert_eq!(error.exit_code(), 107);
        assert!(error.to_string().contains(place), "{error}");
    }
}

#[tokio::test]
async fn a_failed_setup_ends_the_run() {
    let ran = script(
        "export function setup() { throw new Error('no data'); }
        export default function () { console.log('ran'); }",
    )
    .run()
    .await;
    assert!(
        matches!(&ran.end.reason, Some(StopReason::ScriptFailed(text)) if text.contains("no data")),
        "{:?}",
        ran.end
    );
    assert_eq!(ran.completed, 0);
}

#[tokio::test]
async fn a_setup_without_end_is_timed_out() {
    let ran = script(
        "export const options = { setupTimeout: '1s' };
        export function setup() { while (true) {} }
        export default function () {}",
    )
    .run()
    .await;
    assert!(
        matches!(&ran.end.reason, Some(StopReason::TimedOut { .. })),
        "{:?}",
        ran.end
    );
}

#[tokio::test]
async fn options_come_from_script_variables_and_flags() {
    let (result, _) = script("export const options = { vus: 1, duration: '1s', tags: { a: '1' } }; export default function () {}")
        .variable("K6_DURATION", "2s")
        .variable("K6_TAGS", "b=2")
        .flags(&json!({ "vus": 3 }))
        .load()
        .await;
    let test = result.expect("a script");
    let scenario = &test.consolidated()["scenarios"]["default"];
    assert_eq!(
        scenario,
        &json!({ "executor": "constant-vus", "vus": 3, "duration": "2s" })
    );
    assert_eq!(test.consolidated()["tags"], json!({ "a": "1", "b": "2" }));
}

#[tokio::test]
async fn a_missing_function_is_a_mistake_in_the_options() {
    let (result, _) = script("export const options = { scenarios: { a: { executor: 'shared-iterations', exec: 'nope' } } };").load().await;
    let error = result.expect_err("no function");
    assert!(matches!(error, TestError::Options(_)), "{error}");
    assert!(error.to_string().contains("`nope`"), "{error}");
}

#[tokio::test]
async fn execution_tells_of_the_run() {
    let ran = script(
        "import exec from 'k6/execution';
        export const options = { scenarios: { mine: { executor: 'per-vu-iterations', iterations: 2, env: { E: 'scenario' }, tags: { t: '1' } } } };
        export default function () {
            console.log(exec.vu.idInTest, exec.vu.iterationInScenario, exec.scenario.name, exec.scenario.executor,
                exec.scenario.iterationInTest, exec.instance.vusActive, __ENV.E, exec.vu.tags.t, __ITER);
            exec.vu.tags.mine = 'x';
            console.log(Object.keys(exec.vu.tags), exec.test.options.scenarios.mine.executor, exec.test.options.vus);
            try { exec.test.options.vus = 3; } catch (e) { console.log(e.name); }
            try { exec.vu.tags.bad = {}; } catch (e) { console.log(e.name); }
        }",
    )
    .env("E", "test")
    .run()
    .await;
    let lines = ran.printed();
    assert_eq!(
        lines[0], "1 0 mine per-vu-iterations 0 1 scenario 1 0",
        "{lines:?}"
    );
    assert_eq!(
        lines[1],
        r#"[ "group", "mine", "scenario", "t" ] per-vu-iterations null"#
    );
    assert_eq!(lines[2..4], ["TypeError", "TypeError"]);
    assert!(lines[4].starts_with("1 1 mine"));
}

#[tokio::test]
async fn async_functions_timers_and_background_requests_are_waited_for() {
    let url = server().await;
    let ran = script(
        "import http from 'k6/http';
        import { setTimeout as later } from 'k6/timers';
        export default async function () {
            const wait = (ms) => new Promise((done) => later(done, ms));
            await wait(5);
            const [one, two] = await Promise.all([http.asyncRequest('GET', __ENV.URL + '/json'), http.asyncRequest('GET', __ENV.URL + '/missing')]);
            console.log(one.status, two.status);
            const id = setInterval(() => { console.log('tick'); clearInterval(id); }, 1);
            const never = setTimeout(() => console.log('never'), 5); clearTimeout(never);
            throw new Error('late');
        }",
    )
    .env("URL", &url)
    .run()
    .await;
    assert_eq!(ran.printed(), ["200 404", "tick"]);
    assert!(ran.logs("Error: late"), "{:?}", ran.log);
}

#[tokio::test]
async fn what_a_failed_iteration_left_does_not_go_on_in_the_next() {
    let ran = script(
        "import { sleep } from 'k6';
        export const options = { iterations: 2 };
        export default function () {
            setTimeout(() => console.log('left', __ITER), 1);
            if (__ITER === 0) throw new Error('first');
            setTimeout(() => {}, 5);
        }",
    )
    .run()
    .await;
    assert_eq!(ran.printed(), ["left 1"]);
}

#[tokio::test]
async fn secrets_are_given_and_kept_out_of_the_log() {
    let mut secrets = Secrets::default();
    secrets.add_source(
        "mine",
        [("key".to_owned(), "hush-hush".to_owned())].into(),
        true,
    );
    let ran = script(
        "import secrets from 'k6/secrets';
        export default async function () {
            const value = await secrets.get('key');
            console.log(value.length, value);
            await secrets.source('mine').get('none').catch((e) => console.log(e.message));
        }",
    )
    .secrets(secrets)
    .run()
    .await;
    let lines = ran.printed();
    assert_eq!(lines[0], "9 ***SECRET_REDACTED***");
    assert!(lines[1].contains("no value for secret `none`"), "{lines:?}");
}

#[tokio::test]
async fn a_summary_of_wrong_values_is_told() {
    let ran = script(
        "export default function () {}
        export function handleSummary() { return { stdout: 'fine', 'bad.json': { a: 1 } }; }",
    )
    .run()
    .await;
    assert_eq!(ran.summary.as_ref().map(|summary| summary.0.len()), Some(1));
    assert!(ran.logs("bad.json"), "{:?}", ran.log);
}
