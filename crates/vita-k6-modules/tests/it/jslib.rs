use crate::bed::Bed;
use vita_k6_modules::{jslib_names, jslib_source};

/// What the libraries import, as far as they use it.
const STUBS: &str = "var calls = [], out = {};
    var stubs = {
      k6: { check: (v, sets) => Object.entries(sets).map(([name, set]) => {
              const ok = Boolean(typeof set === 'function' ? set(v) : set); calls.push([name, ok]); return ok }).every(Boolean),
            group: (name, body) => { calls.push(['group', name]); return body() } },
      'k6/http': { request: (...a) => { calls.push(a); return { status: 200 } },
                   asyncRequest: async (...a) => { calls.push(a); return { status: 200 } },
                   batch: (list) => { calls.push(list); return list.map(() => ({ status: 200 })) } },
      'k6/execution': { vu: { metrics: { tags: {} } },
        scenario: { name: 's', startTime: Date.now() - 15000 },
        test: { options: { scenarios: { s: { startVUs: 1, stages: [{ duration: '10s', target: 5 }, { duration: '1m', target: 5 }] } } } } },
    };";

/// Runs a module that imports `library` as `lib`, and gives `out` as JSON.
fn run(library: &str, body: &str) -> String {
    let bed = Bed::new();
    bed.eval::<()>(&format!(
        "{STUBS} globalThis.console = {{ error() {{}}, warn() {{}} }};"
    ));
    let module =
        format!("import * as lib from 'https://jslib.k6.io/{library}/9.9.9/index.js'; {body}");
    bed.run_module(&module)
        .unwrap_or_else(|error| panic!("{error}\n{body}"));
    bed.json("out")
}

#[test]
fn addresses_of_any_version_are_known() {
    for name in jslib_names() {
        for address in [
            format!("https://jslib.k6.io/{name}/1.0.0/index.js"),
            format!("http://jslib.k6.io/{name}/0.0.1/x.min.js"),
        ] {
            assert!(jslib_source(&address).is_some(), "{address}");
        }
    }
    let reporter = "https://raw.githubusercontent.com/benc-uk/k6-reporter/latest/dist/bundle.js";
    assert!(jslib_source(reporter).is_some());
    for address in [
        "https://jslib.k6.io/nope/1/index.js",
        "https://example.com/k6-utils/1/index.js",
        "k6-utils",
        "",
    ] {
        assert!(jslib_source(address).is_none(), "{address}");
    }
}

#[test]
fn utilities_do_what_their_names_say() {
    let found = run(
        "k6-utils",
        "out = [/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(lib.uuidv4()),
          lib.uuidv4(true).length, lib.randomString(7).length, /^[xy]{4}$/.test(lib.randomString(4, 'xy')),
          [...Array(99)].every(() => { const n = lib.randomIntBetween(2, 4); return n >= 2 && n <= 4 }),
          ['a', 'b'].includes(lib.randomItem(['a', 'b'])), lib.findBetween('<b>x</b><b>y</b>', '<b>', '</b>'),
          lib.findBetween('<b>x</b><b>y</b>', '<b>', '</b>', true), lib.findBetween('x', '<', '>'),
          lib.getCurrentStageIndex(), lib.normalDistributionStages(100, 120).length,
          Math.max(...lib.normalDistributionStages(100, 120).map((s) => s.target))];
        lib.tagWithCurrentStageIndex(); lib.tagWithCurrentStageProfile();
        out.push(stubs['k6/execution'].vu.metrics.tags,
          lib.describe('d', (t) => t.expect(1).toEqual(2)), lib.check(1, { one: (v) => v === 1 }))",
    );
    assert_eq!(
        found,
        r#"[true,36,7,true,true,true,"x",["x","y"],null,1,12,100,{"stage":1,"stage_profile":"steady"},false,true]"#
    );
}

const DATA: &str = "const data = { root_group: { name: '', checks: [{ name: 'health ok', passes: 1, fails: 0 }],
      groups: [{ name: 'first group', groups: [], checks: [{ name: 'is 200', passes: 5, fails: 0 }, { name: 'is never', passes: 0, fails: 10 }] }] },
    options: { summaryTrendStats: ['avg', 'p(95)'] },
    metrics: {
      vus: { type: 'gauge', contains: 'default', values: { value: 0, min: 0, max: 0 } },
      checks: { type: 'rate', contains: 'default', values: { rate: 0.83339, passes: 50, fails: 10 }, thresholds: { 'rate>0.9': { ok: false } } },
      data_received: { type: 'counter', contains: 'data', values: { count: 16021, rate: 8000.2 } },
      http_reqs: { type: 'counter', contains: 'default', values: { count: 50, rate: 24.9678031 } },
      'http_req_duration{expected_response:true}': { type: 'trend', contains: 'time', values: { avg: 0.59188, 'p(95)': 1.899 } },
      http_req_duration: { type: 'trend', contains: 'time', values: { avg: 1.3, 'p(95)': 61500 } },
      my_counter: { type: 'counter', contains: 'default', values: { count: 10, rate: 4.993561 }, thresholds: { 'count>1': { ok: true } } },
    } };";

#[test]
fn the_summary_has_the_classic_layout() {
    let found = run(
        "k6-summary",
        &format!("{DATA} out = lib.textSummary(data, {{ indent: ' ', enableColors: false }})"),
    );
    let text: String = serde_json::from_str(&found).unwrap();
    let expected = [
        "     ✓ health ok",
        "",
        "     █ first group",
        "",
        "       ✓ is 200",
        "       ✗ is never",
        "        ↳  0% — ✓ 0 / ✗ 10",
        "",
        "   ✗ checks.........................: 83.33% ✓ 50        ✗ 10 ",
        "     data_received..................: 16 kB  8.0 kB/s",
        "     http_req_duration..............: avg=1.3ms    p(95)=1m2s  ",
        "       { expected_response:true }...: avg=591.88µs p(95)=1.89ms",
        "     http_reqs......................: 50     24.967803/s",
        "   ✓ my_counter.....................: 10     4.993561/s",
        "     vus............................: 0      min=0       max=0",
    ];
    assert_eq!(text, expected.join("\n"));
}

#[test]
fn reports_and_numbers_are_shown_as_k6_does() {
    let found = run(
        "k6-summary",
        &format!("{DATA} out = [lib.jUnit(data).includes('tests=\"2\" failures=\"1\"'),
          lib.textSummary(data, {{ enableColors: true }}).includes('\\u001b[32m'),
          [0, 0.0005, 0.5, 999.999, 1234, 59999, 61000, 3723000].map((v) => lib.humanizeValue(v, {{ type: 'trend', contains: 'time' }})),
          lib.humanizeValue(1234.5, {{ type: 'trend', contains: 'time' }}, 's'),
          [5, 16021, 4100, 12345678].map((v) => lib.humanizeValue(v, {{ type: 'counter', contains: 'data' }})),
          lib.textSummary({{ metrics: {{}} }})]"),
    );
    assert_eq!(
        found,
        r#"[true,true,["0s","500ns","500µs","999.99ms","1.23s","59.99s","1m1s","1h2m3s"],"1.23s",["5 B","16 kB","4.1 kB","12 MB"],""]"#
    );
}

#[test]
fn form_data_makes_a_multipart_body() {
    let found = run(
        "formdata",
        "const fd = new lib.FormData(); fd.append('text', 'v'); fd.append('file', { data: new Uint8Array([65]).buffer, filename: 'a\"b.txt', content_type: 'text/plain' });
         out = [new TextDecoder().decode(fd.body()).replaceAll(fd.boundary, 'B'), typeof fd.boundary]",
    );
    assert_eq!(
        found,
        r#"["--B\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nv\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b.txt\"\r\nContent-Type: text/plain\r\n\r\nA\r\n--B--\r\n","string"]"#
    );
}

#[test]
fn sessions_add_what_is_common() {
    let found = run(
        "httpx",
        "const s = new lib.Httpx({ baseURL: 'https://h.test', headers: { a: '1' }, tags: { t: 'x' } });
         s.addHeader('b', '2'); s.get('/p'); s.post('https://o.test/q', 'body', { headers: { a: '9' }, tags: { u: 'y' } });
         s.batch([new lib.Get('/1'), new lib.Post('/2', 'z')]); await s.asyncGet('/3'); out = calls",
    );
    let common = r#""headers":{"a":"1","b":"2"},"tags":{"t":"x"},"timeout":20000"#;
    assert!(found.starts_with(&format!(r#"[["GET","https://h.test/p",null,{{{common}}}],["POST","https://o.test/q","body",{{"headers":{{"a":"9","b":"2"}},"tags":{{"t":"x","u":"y"}},"timeout":20000}}]"#)), "{found}");
    assert!(
        found.contains(r#"{"method":"POST","url":"https://h.test/2","body":"z""#),
        "{found}"
    );
    assert!(found.contains(r#"["GET","https://h.test/3""#), "{found}");
}

#[test]
fn addresses_are_parsed_and_changed() {
    let found = run(
        "url",
        "const u = new lib.URL('../b?x=1&y=a+b#h', 'https://u:p@h.test:8443/a/c/');
         u.searchParams.append('z', 'ü'); u.searchParams.delete('x'); u.port = '443'; u.hash = 'n';
         const q = new lib.URLSearchParams({ b: '2', a: '1' }); q.set('b', '3'); q.append('a', '0'); q.sort();
         let thrown; try { new lib.URL('nope') } catch (e) { thrown = e.name }
         out = [u.href, u.origin, u.pathname, u.searchParams.get('y'), q.toString(), [...q].length, q.getAll('a'), thrown, JSON.stringify(u).length > 9]",
    );
    assert_eq!(
        found,
        r#"["https://u:p@h.test/a/b?y=a+b&z=%C3%BC#n","https://h.test","/a/b","a b","a=1&a=0&b=3",3,["1","0"],"TypeError",true]"#
    );
}

#[test]
fn delimited_text_is_parsed_and_written() {
    let found = run(
        "papaparse",
        r#"const { parse, unparse } = lib.default;
         out = [parse('a,b\n1,"x ""y"", z"\n').data, parse('a;b\r\n1;2', { header: true, dynamicTyping: true }).data,
          parse('a\tb\n1\t2').meta.delimiter, parse('# c\na,b\n\n', { comments: '#', skipEmptyLines: true }).data,
          parse('a,b\n1', { header: true }).errors[0].code, parse('a\nb\nc', { preview: 2 }).data.length, parse('').data,
          parse('"open').errors[0].code, parse('a,a\n1,2', { header: true }).data,
          unparse([{ a: 1, b: 'x,"y"' }, { a: null, b: 'z' }]), unparse([[1, 2], [3, 4]], { delimiter: ';', newline: '\n' })]"#,
    );
    assert_eq!(
        found,
        r#"[[["a","b"],["1","x \"y\", z"],[""]],[{"a":1,"b":2}],"\t",[["a","b"]],"TooFewFields",2,[[""]],"MissingQuotes",[{"a":"1","a_1":"2"}],"a,b\r\n1,\"x,\"\"y\"\"\"\r\n,z","1;2\n3;4"]"#
    );
}

#[test]
fn assertions_read_like_chai_and_become_checks() {
    let found = run(
        "k6chaijs",
        "const { expect, describe } = lib;
         const passes = describe('all', () => {
           expect(200, 'status').to.equal(200); expect({ a: { b: [1] } }).to.deep.equal({ a: { b: [1] } });
           expect([1, 2]).to.be.an('array').that.includes(2); expect([1, 2]).to.have.lengthOf(2);
           expect('abc').to.have.length.above(2); expect('abc').to.match(/b/); expect(null).to.be.null; expect(3).to.be.within(1, 5);
           expect({ a: 1 }).to.have.property('a', 1); expect({ a: 1 }).to.not.have.property('b');
           expect(() => { throw new TypeError('bad') }).to.throw(TypeError, 'bad'); expect([1, 2]).to.have.members([2, 1]);
           expect({ a: 1, b: 2 }).to.have.all.keys('a', 'b'); expect(2).to.be.oneOf([1, 2]); expect([]).to.be.empty;
           expect({ body: '{}' }).to.have.validJsonBody(); expect(true).to.be.true; expect('x').to.be.a('string'); });
         const fails = describe('one', () => { expect(500, 'status').to.equal(200); expect(1).to.equal(1); });
         const thrown = describe('throws', () => { null.x });
         const cyclic = []; cyclic.push(cyclic);
         const cycles = describe('cyclic', () => expect(cyclic).to.deep.equal(cyclic));
         out = [passes, fails, thrown, cycles, calls.filter(([, ok]) => ok === false).map(([name]) => name).length, calls[1]]",
    );
    assert_eq!(
        found,
        r#"[true,false,false,true,2,["expected status to equal 200",true]]"#
    );
}

#[test]
fn a_reporter_makes_a_page_that_no_name_can_break() {
    let seen = run(
        "k6-reporter",
        "const data = {
           options: { summaryTrendStats: ['avg', 'p(95)'] },
           root_group: { checks: [], groups: [{ name: 'a', groups: [],
             checks: [{ name: '<script>alert(1)</script>', passes: 3, fails: 1 }] }] },
           metrics: {
             http_reqs: { type: 'counter', contains: 'default', values: { count: 4, rate: 2 } },
             http_req_failed: { type: 'rate', contains: 'default', values: { rate: 0.25, passes: 1, fails: 3 } },
             http_req_duration: { type: 'trend', contains: 'time', values: { avg: 12.5, 'p(95)': 100 },
               thresholds: { 'p(95)<50': { ok: false }, 'avg<50': { ok: true } } },
             vus: { type: 'gauge', contains: 'default', values: { value: 1, min: 1, max: 5 } },
           } };
         out.page = lib.htmlReport(data, { title: 'mine & theirs' });",
    );
    for part in [
        "<title>Load test: mine &amp; theirs</title>",
        "a › &lt;script&gt;alert(1)&lt;/script&gt;",
        "<td>12.5ms</td><td>100ms</td>",
        "p(95)&lt;50</td><td><span class=\\\"bad\\\">✗ crossed",
        "<dt>Failed requests</dt><dd class=\\\"bad\\\">1</dd>",
        "<td>25.00%</td><td>1 of 4</td>",
        "<td>vus</td><td>1</td><td>from 1 to 5</td>",
    ] {
        assert!(seen.contains(part), "{part} is not in\n{seen}");
    }
    assert!(!seen.contains("<script>"), "{seen}");
}
