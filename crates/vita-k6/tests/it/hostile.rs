//! Scripts that mean harm: the other virtual users go on, the run ends, the message names the line.

use crate::bench::{Ran, script, server};
use vita_load::StopReason;

/// Runs `attack` in one scenario beside another that counts its iterations.
async fn beside_a_neighbour(attack: &str) -> Ran {
    let text = format!(
        "import {{ sleep }} from 'k6';
        export const options = {{ scenarios: {{
            attack: {{ executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s', exec: 'attack' }},
            neighbour: {{ executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s', exec: 'neighbour' }},
        }} }};
        export function attack() {{ {attack} }}
        export function neighbour() {{ sleep(0.005); console.log('alive'); }}"
    );
    let ran = script(&text).run().await;
    assert_eq!(ran.end.reason, None, "{:?}", ran.log);
    assert_eq!(ran.end.vus_left_behind, 0);
    let alive = ran.printed().iter().filter(|line| *line == "alive").count();
    // One that is kept from its worker until the attack's end comes to its first iteration at most.
    assert!(alive >= 3, "the neighbour ran {alive} times");
    ran
}

#[tokio::test]
async fn an_endless_loop_is_ended() {
    let ran = beside_a_neighbour("while (true) {}").await;
    assert!(ran.interrupted >= 1);
}

#[tokio::test]
async fn an_endless_loop_cannot_catch_its_end() {
    beside_a_neighbour("while (true) { try { while (true) {} } catch (e) { console.log('caught') } finally { while (true) {} } }").await;
}

#[tokio::test]
async fn a_blocked_call_cannot_catch_its_end() {
    let ran = beside_a_neighbour(
        "try { sleep(100) } catch (e) { console.log('caught') } finally { console.log('finally') }",
    )
    .await;
    assert!(!ran.logs("caught") && !ran.logs("finally"), "{:?}", ran.log);
}

#[tokio::test]
async fn a_chain_of_promises_without_end_is_ended() {
    beside_a_neighbour(
        "return (async () => { while (true) { try { await null } catch (e) {} } })()",
    )
    .await;
}

#[tokio::test]
async fn endless_recursion_is_an_exception_with_its_line() {
    let ran = script(
        "import { check } from 'k6';\nfunction deeper() { return deeper() + 1; }\nexport default function () { deeper(); }",
    )
    .run()
    .await;
    assert_eq!(ran.completed, 1);
    assert!(
        ran.logs("Maximum call stack size exceeded"),
        "{:?}",
        ran.log
    );
    assert!(ran.logs("script.js:2:"), "{:?}", ran.log);
}

#[tokio::test]
async fn recursion_through_native_functions_is_an_exception() {
    let ran = script(
        "import http from 'k6/http';
        import { check, group } from 'k6';
        const attempts = [
            function f() { group('g', f); },
            function f() { check(1, { c: f }); },
            function f() { try { f(); } catch (e) { http.get('http://127.0.0.1:1/'); throw e; } },
            function f() { return JSON.stringify({ toJSON: f }); },
            function f() { console.log({ get x() { return f(); } }); },
            function f() { http.get({ toString: f }); },
            function f() { return [1].map(f); },
            function f() { return 'a'.replace(/a/, f); },
            function f() { new Promise(f); },
            function f() { return new Proxy({}, { get: f }).x; },
        ];
        export default function () {
            for (const f of attempts) {
                try { f(); } catch (e) { console.log(e.name); }
            }
        }",
    )
    .run()
    .await;
    let errors = ran
        .printed()
        .iter()
        .filter(|line| *line == "RangeError")
        .count();
    assert_eq!(
        errors,
        8,
        "{:?}",
        ran.log.iter().rev().take(5).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn deep_json_is_read_at_the_end_of_the_stack() {
    let url = server().await;
    let ran = script(
        "import http from 'k6/http';
        let response, levels = 0;
        function deeper() {
            try { deeper(); } catch (e) {
                if (levels++ < 20) { response.json(); response.json('0.0.0'); http.get(__ENV.URL + '/page').html('a').text(); }
                throw e;
            }
        }
        export default function () {
            response = http.post(__ENV.URL + '/raw', '['.repeat(127) + ']'.repeat(127));
            try { deeper(); } catch (e) { console.log(e.name, levels > 20); }
            response = http.post(__ENV.URL + '/raw', '['.repeat(100000) + ']'.repeat(100000));
            try { response.json(); } catch (e) { console.log(e.name); }
        }",
    )
    .env("URL", &url)
    .run()
    .await;
    assert_eq!(ran.completed, 1);
    assert_eq!(ran.printed()[0], "RangeError true", "{:?}", ran.log);
}

#[tokio::test]
async fn init_code_without_end_is_stopped_from_outside() {
    let error = script("while (true) {}").stopped_load().await;
    assert_eq!(error.exit_code(), 105);
}

#[tokio::test]
async fn a_giant_allocation_is_an_exception_that_says_the_limit() {
    let ran = script("export default function () { const all = []; while (true) all.push('x'.repeat(100000) + all.length); }")
        .memory(16 * 1024 * 1024)
        .run()
        .await;
    assert_eq!(ran.completed, 1);
    assert!(
        ran.logs("out of memory") && ran.logs("16 MiB"),
        "{:?}",
        ran.log
    );
}

#[tokio::test]
async fn a_catastrophic_regular_expression_is_ended() {
    beside_a_neighbour("/^(a+)+$/.test('a'.repeat(40) + 'b')").await;
}

#[tokio::test]
async fn ten_thousand_timers_all_run() {
    let ran = script(
        "export default function () { let n = 0;
            for (let i = 0; i < 10000; i++) setTimeout(() => { n++; if (n === 10000) console.log('all'); }, i % 7); }",
    )
    .run()
    .await;
    assert_eq!(ran.printed(), ["all"]);
}

#[tokio::test]
async fn a_hundred_thousand_timers_are_too_many() {
    let ran = script("export default function () { for (;;) setInterval(() => {}, 1000); }")
        .run()
        .await;
    assert!(ran.logs("at most 100000 timers"), "{:?}", ran.log);
}

#[tokio::test]
async fn an_interval_without_end_is_ended() {
    let ran = beside_a_neighbour("setInterval(() => {}, 1)").await;
    assert!(ran.interrupted >= 1);
}

#[tokio::test]
async fn unhandled_rejections_are_told_and_the_iteration_counts() {
    let ran = script("export default function () { Promise.reject(new Error('lost')); Promise.reject({ a: 1 }); }")
        .run()
        .await;
    assert_eq!(ran.completed, 1);
    assert!(
        ran.logs("Uncaught (in promise) Error: lost"),
        "{:?}",
        ran.log
    );
    assert!(ran.logs("script.js:1:"), "{:?}", ran.log);
}

#[tokio::test]
async fn handled_rejections_are_not_told() {
    let ran = script("export default async function () { const p = Promise.reject(1); await null; p.catch(() => {}); }")
        .run()
        .await;
    assert_eq!(ran.log, [] as [&str; 0]);
}

#[tokio::test]
async fn hostile_values_are_printed_without_harm() {
    let ran = script(
        "import { check } from 'k6';
        export default function () {
            const cyclic = { name: 'c' }; cyclic.self = cyclic;
            console.log(cyclic);
            console.log({ get a() { throw new Error('no'); }, b: 1 });
            console.log(new Proxy({}, { get() { throw new Error('no'); }, ownKeys() { throw new Error('no'); } }));
            console.log(Symbol('s'), Object.create(null), () => 1, null, undefined, 1n);
            console.log('\\uD800');
            try { check(cyclic, new Proxy({}, { ownKeys() { throw new Error('keys'); } })); } catch (e) { console.log(e.message); }
            throw new Proxy({}, { get() { throw new Error('no'); } });
        }",
    )
    .run()
    .await;
    assert_eq!(ran.completed, 1, "{:?}", ran.log);
    assert!(
        ran.logs("[unreadable]") && ran.logs("msg=keys"),
        "{:?}",
        ran.log
    );
    assert!(ran.logs("script exception"), "{:?}", ran.log);
}

#[tokio::test]
async fn throwing_getters_of_requests_are_exceptions() {
    let ran = script(
        "import http from 'k6/http';
        export default function () {
            try { http.get({ toString() { throw new Error('url'); } }); } catch (e) { console.log(e.message); }
            try { http.post('http://127.0.0.1:1/', { get a() { throw new Error('body'); } }); } catch (e) { console.log(e.message); }
            try { http.get('http://127.0.0.1:1/', { get headers() { throw new Error('params'); } }); } catch (e) { console.log(e.message); }
            try { http.get('http://127.0.0.1:1/', { headers: { 'a b': 'c' } }); } catch (e) { console.log(e.message); }
            try { http.batch(new Proxy([], { ownKeys() { throw new Error('batch'); } })); } catch (e) { console.log(e.message); }
        }",
    )
    .run()
    .await;
    assert_eq!(
        ran.printed(),
        [
            "url",
            "body",
            "params",
            "`a b` is no header's name",
            "batch"
        ]
    );
}

#[tokio::test]
async fn an_interrupted_user_works_again_in_another_scenario() {
    let ran = script(
        "import { sleep } from 'k6';
        let inits = 0;
        export const options = { scenarios: {
            first: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s', exec: 'spin' },
            second: { executor: 'shared-iterations', vus: 1, iterations: 2, startTime: '2s', exec: 'work' },
        } };
        export function spin() { setTimeout(() => console.log('stale'), 10); Promise.resolve().then(() => sleep(100)); }
        export async function work() { await null; console.log('works'); }",
    )
    .run()
    .await;
    assert_eq!(ran.end.reason, None);
    assert_eq!(ran.printed(), ["works", "works"]);
}

#[tokio::test]
async fn aborting_ends_the_run_past_every_catch() {
    let ran = script(
        "import exec from 'k6/execution';
        export const options = { vus: 2, duration: '100s' };
        export default function () { try { exec.test.abort('enough') } catch (e) { console.log('caught') } finally { console.log('finally') } }
        export function teardown() { console.log('down'); }",
    )
    .run()
    .await;
    assert_eq!(
        ran.end.reason,
        Some(StopReason::ScriptAborted("test aborted: enough".to_owned()))
    );
    assert_eq!(ran.printed(), ["down"]);
}
