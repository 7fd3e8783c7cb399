//! Modules and files.

use crate::bench::{printed, script};

async fn prints(script: crate::bench::Script) -> Vec<String> {
    let (result, log) = script.load().await;
    assert!(result.is_ok(), "{:?}", result.err());
    printed(&log)
}

async fn fails(text: &str) -> String {
    let (result, _) = script(text).load().await;
    result.expect_err("a broken script").to_string()
}

#[tokio::test]
async fn modules_are_found_by_relative_absolute_and_file_names() {
    let script = script("").file("lib/deep/b.js", "export default 'b'; export const n = 2;").file(
        "lib/a.js",
        "import b, { n } from './deep/b.js'; export { default as again } from './deep/b.js'; export const a = 'a' + b + n;",
    );
    let absolute = script.path().with_file_name("lib/a.js");
    let text = format!(
        "import {{ a, again }} from './lib/a.js';
        import * as abs from '{0}';
        import {{ a as url }} from 'file://{0}';
        console.log(a, again, abs.a === a, url === a, import.meta.resolve('./x.js').endsWith('/x.js'));
        export default function () {{}}",
        absolute.display()
    );
    assert_eq!(
        prints(script.with_text(&text)).await,
        ["ab2 b true true true"]
    );
}

#[tokio::test]
async fn common_js_scripts_run() {
    let script = script(
        "const { value } = require('./lib.js');
        const data = require('./data.json');
        const http = require('k6/http');
        undeclared = 3;
        console.log(value, data.list.length, typeof http.get, undeclared, require('./esm.js').named);
        exports.options = { vus: 2, iterations: 2 };
        exports.default = function () {};",
    )
    .file("lib.js", "module.exports = { value: require('./other.js').x + 1 };")
    .file("other.js", "exports.x = 1;")
    .file("data.json", r#"{ "list": [1, 2, 3] }"#)
    .file("esm.js", "export const named = 'esm';");
    assert_eq!(prints(script).await, ["2 3 function 3 esm"]);
}

#[tokio::test]
async fn common_js_and_json_can_be_imported() {
    let script = script(
        "import lib, { value } from './lib.js';
        import data from './data.json';
        console.log(lib.value, value, data.a);
        export default function () {}",
    )
    .file("lib.js", "module.exports = { value: 7 };")
    .file("data.json", r#"{ "a": "b" }"#);
    assert_eq!(prints(script).await, ["7 7 b"]);
}

#[tokio::test]
async fn built_in_modules_have_default_and_named_exports_and_missing_names_are_undefined() {
    let script = script(
        "import http, { get, nonsense } from 'k6/http';
        import * as metrics from 'k6/metrics';
        import encoding, { b64encode, none } from 'k6/encoding';
        import k6 from 'k6';
        import { another } from 'k6/http';
        console.log(http.get === get, nonsense, typeof metrics.Trend, encoding.b64encode('a'), none, typeof k6.check, another);
        export default function () {}",
    );
    assert_eq!(
        prints(script).await,
        ["true undefined function YQ== undefined function undefined"]
    );
}

#[tokio::test]
async fn types_are_erased() {
    let script = script(
        "import { add } from './lib.ts';
        interface Options { vus: number }
        const n: number = add(1, 2);
        console.log(n as number);
        export const options: Options = { vus: 1 };
        export default function (): void {}",
    )
    .file(
        "lib.ts",
        "export function add(a: number, b: number): number { return a + b; }",
    )
    .named("script.ts");
    assert_eq!(prints(script).await, ["3"]);
}

#[tokio::test]
async fn files_are_opened_in_init_code_and_shared() {
    let ran = script(
        "const text = open('./data.txt');
        const bytes = open('data.txt', 'b');
        export default function () { console.log(text, bytes.byteLength, new Uint8Array(bytes)[0]); }",
    )
    .file("data.txt", "hello")
    .run()
    .await;
    assert_eq!(ran.printed(), ["hello 5 104"]);
}

#[tokio::test]
async fn what_cannot_be_loaded_says_why() {
    for (text, part) in [
        (
            "import x from './nope.js'; export default function () {}",
            "nope.js",
        ),
        (
            "import x from 'lodash'; export default function () {}",
            "`lodash`",
        ),
        (
            "import x from 'k6/browser'; export default function () {}",
            "not supported",
        ),
        (
            "import x from 'https://example.com/x.js'; export default function () {}",
            "not loaded from the network",
        ),
        (
            "open('./nope.bin', 'b'); export default function () {}",
            "nope.bin",
        ),
        (
            "import './bad.json'; export default function () {}",
            "bad.json",
        ),
    ] {
        let error = fails(text).await;
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn devices_and_folders_are_not_read() {
    for path in ["/dev/zero", "/"] {
        let error = fails(&format!("open('{path}'); export default function () {{}}")).await;
        assert!(error.contains("no regular file"), "{error}");
    }
}

#[tokio::test]
async fn open_and_require_see_the_main_scripts_folder_or_the_modules_own() {
    let script = script("import './deep/lib.js'; export default function () {}")
        .file("deep/lib.js", "import './deeper/own.js'; console.log(open('./root.txt'), open('./near.txt'), require('./cjs.js'));")
        .file("deep/deeper/own.js", "console.log(require('../cjs.js'), open('./near.txt'));")
        .file("deep/deeper/near.txt", "nearest")
        .file("deep/near.txt", "near")
        .file("deep/cjs.js", "module.exports = 'cjs';")
        .file("root.txt", "root");
    assert_eq!(prints(script).await, ["cjs nearest", "root near cjs"]);
}

#[tokio::test]
async fn jslib_modules_are_there_offline() {
    let script = script(
        "import { textSummary } from 'https://jslib.k6.io/k6-summary/0.0.2/index.js';
        import { randomIntBetween, uuidv4 } from 'https://jslib.k6.io/k6-utils/1.4.0/index.js';
        import { URL } from 'https://jslib.k6.io/url/1.0.0/index.js';
        console.log(typeof textSummary, randomIntBetween(3, 3), uuidv4().length, new URL('http://a/b?c').pathname);
        export default function () {}",
    );
    assert_eq!(prints(script).await, ["function 3 36 /b"]);
}

#[tokio::test]
async fn modules_that_import_each_other_load() {
    let script = script("import { a } from './a.js'; console.log(a()); export default function () {}")
        .file("a.js", "import { b } from './b.js'; export function a() { return 'a' + b(); } export const x = 'x';")
        .file("b.js", "import { x } from './a.js'; export function b() { return 'b' + x; }");
    assert_eq!(prints(script).await, ["abx"]);
}

#[tokio::test]
async fn top_level_await_and_dynamic_imports_work() {
    let script = script(
        "const lib = await import('./lib.js');
        await new Promise((done) => setTimeout(done, 1));
        console.log(lib.n);
        export default function () {}",
    )
    .file("lib.js", "export const n = 4;");
    assert_eq!(prints(script).await, ["4"]);
}

#[tokio::test]
async fn errors_have_their_place_also_in_the_first_line() {
    for text in [
        "throw new Error('x');",
        "export default 1; throw new Error('x');",
        "// 1\n// 2\nthrow new Error('x');",
    ] {
        let line = text.lines().count();
        let last = text.lines().last().unwrap_or_default();
        let column = last.find("new Error").expect("it is there") + 1;
        let error = fails(text).await;
        // The engine points to the name of what is called.
        let column = column + "new ".len();
        let place = format!("script.js:{line}:{column}");
        assert!(error.contains(&place), "{place} is not in\n{error}");
    }
    let error = fails("const x = {;").await;
    assert!(error.contains("script.js:1:12"), "{error}");
}
