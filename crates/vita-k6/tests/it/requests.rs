//! `k6/http`.

use crate::bench::{Ran, script, server};

async fn run(body: &str) -> Ran {
    let url = server().await;
    let text = format!(
        "import http from 'k6/http';
        const url = __ENV.URL;
        export default function () {{ {body} }}"
    );
    let ran = script(&text).env("URL", &url).run().await;
    assert!(!ran.logs("script exception"), "{:?}", ran.log);
    ran
}

#[tokio::test]
async fn a_response_has_k6s_fields_in_k6s_order() {
    let ran = run(
        "const r = http.get(url + '/json');
        console.log(Object.keys(r).join());
        console.log(Object.keys(r.timings).join());
        console.log(r.status_text, r.proto, r.error_code, r.request.method, r.remote_ip, typeof r.remote_port);
        console.log(JSON.stringify(JSON.parse(JSON.stringify(r)).ocsp), r.body === r.body, 'json' in r, 'nope' in r);
        const copy = { ...r }; console.log(copy.status, Object.entries(r).length);",
    )
    .await;
    assert_eq!(
        ran.printed(),
        [
            "remote_ip,remote_port,url,status,status_text,proto,headers,cookies,body,timings,tls_version,tls_cipher_suite,ocsp,error,error_code,request",
            "duration,blocked,looking_up,connecting,tls_handshaking,sending,waiting,receiving",
            "200 OK HTTP/1.1 0 GET 127.0.0.1 number",
            r#"{"produced_at":0,"this_update":0,"next_update":0,"revoked_at":0,"revocation_reason":"","status":""} true true false"#,
            "200 16",
        ]
    );
}

#[tokio::test]
async fn a_response_takes_what_a_script_sets_on_it() {
    let ran = run(
        "for (let i = 0; i < 1000; i++) {
            const r = http.get(url + '/json');
            r.mine = { i }; r.body = 'replaced' + i; r.headers.x = [i];
            if (r.mine.i !== i || r.body !== 'replaced' + i || r.headers.x[0] !== i) throw new Error('lost');
            r.mine = 'x'.repeat(10); delete r.mine;
            if (r.mine !== undefined || Object.keys(r).includes('mine')) throw new Error('kept');
            if (i > 3) break;
            r.self = r;
        }
        console.log('kept');",
    )
    .await;
    assert_eq!(ran.printed(), ["kept"]);
}

#[tokio::test]
async fn bodies_are_sent_as_their_kind_asks() {
    let ran = run(
        "const send = (body, params) => http.post(url + '/echo', body, params).json();
        console.log(send('text').body);
        const form = send({ b: [1, 2], a: 'x y' });
        console.log(form.body, form.headers['content-type']);
        console.log(send(new Uint8Array([104, 105]).buffer).body, send(new Uint8Array([104, 105])).body);
        const multi = send({ f: http.file('data', 'f.txt', 'text/plain'), k: 'v' });
        console.log(multi.headers['content-type'].startsWith('multipart/form-data; boundary='),
            multi.body.includes('filename=\"f.txt\"'), multi.body.includes('Content-Type: text/plain'));
        console.log(send(null, { headers: { 'X-Mine': '1' } }).headers['x-mine'], http.del(url + '/echo').json('method'));",
    )
    .await;
    assert_eq!(
        ran.printed(),
        [
            "text",
            "a=x+y&b=1&b=2 application/x-www-form-urlencoded",
            "hi hi",
            "true true true",
            "1 DELETE",
        ]
    );
}

#[tokio::test]
async fn batches_have_the_shape_of_their_requests() {
    let ran = run(
        "const list = http.batch([url + '/json', ['POST', url + '/echo', 'b'], { method: 'GET', url: url + '/missing' }]);
        console.log(list.length, list[0].status, list[1].json('body'), list[2].status);
        const named = http.batch({ one: url + '/json', two: { method: 'PUT', url: url + '/echo', body: 'z' } });
        console.log(Object.keys(named).join(), named.two.json().method);",
    )
    .await;
    assert_eq!(ran.printed(), ["3 200 b 404", "one,two PUT"]);
}

#[tokio::test]
async fn cookies_go_with_later_requests_of_the_iteration() {
    let ran = run(
        "const set = http.get(url + '/cookie');
        console.log(set.cookies.k[0].value, http.cookieJar().cookiesForURL(url + '/').k);
        console.log(http.get(url + '/echo').json('headers.cookie'));
        const jar = new http.CookieJar(); jar.set(url, 'own', 'jar');
        console.log(http.get(url + '/echo', { jar }).json('headers.cookie'));
        console.log(http.get(url + '/echo', { cookies: { k: { value: 'new', replace: true } } }).json('headers.cookie'));
        http.cookieJar().clear(url + '/');
        console.log(http.get(url + '/echo').json('headers.cookie'));",
    )
    .await;
    assert_eq!(
        ran.printed(),
        [r#"v [ "v" ]"#, "k=v", "own=jar", "k=new", "undefined"]
    );
}

#[tokio::test]
async fn a_refused_connection_is_a_response_with_k6s_code() {
    let ran = run(
        "const r = http.get('http://127.0.0.1:1/');
        console.log(r.status, r.body, r.error, r.error_code, r.timings.duration);
        const bad = http.get('nonsense');
        console.log(bad.status, bad.error_code);
        try { http.get('http://127.0.0.1:1/', { throw: true }); } catch (e) { console.log(e.message); }
        try { r.json(); } catch (e) { console.log('null body'); }",
    )
    .await;
    let printed = ran.printed();
    assert_eq!(printed[0], "0 null dial: connection refused 1212 0");
    assert_eq!(printed[1], "0 1020");
    assert_eq!(printed[2..], ["dial: connection refused", "null body"]);
    assert!(
        ran.logs("level=warning msg=\"Request Failed\""),
        "{:?}",
        ran.log
    );
}

#[tokio::test]
async fn redirects_forms_and_links_are_followed() {
    let ran = run(
        "console.log(http.get(url + '/redirect').url === url + '/json', http.get(url + '/redirect', { redirects: 0 }).status);
        const page = http.get(url + '/page');
        console.log(page.html('input').size(), page.submitForm({ fields: { a: 'two' } }).json('body'));
        console.log(page.clickLink().json('s'));",
    )
    .await;
    assert_eq!(ran.printed(), ["true 303", "2 a=two&go=now", "text"]);
}

#[tokio::test]
async fn response_types_decide_what_is_kept() {
    let ran = run(
        "console.log(http.get(url + '/json', { responseType: 'binary' }).body.byteLength > 0,
            http.get(url + '/json', { responseType: 'none' }).body);
        const tagged = http.get(http.url`${url}/json`, { tags: { k: 'v' }, timeout: '5s' });
        console.log(tagged.status, http.get(url + '/json', { timeout: 1000, responseCallback: http.expectedStatuses(404, { min: 200, max: 299 }) }).status);
        http.setResponseCallback(null);
        console.log(http.get(url + '/json').json('a.b.1'), http.get(url + '/json').json('nope'));",
    )
    .await;
    assert_eq!(ran.printed(), ["true null", "200 200", "2 undefined"]);
}

#[tokio::test]
async fn requests_are_printed_when_asked() {
    let url = server().await;
    let ran = script(
        "import http from 'k6/http';
        export const options = { httpDebug: 'full' };
        export default function () { http.post(__ENV.URL + '/echo', 'sent text', { headers: { 'X-Mine': 'm' } }); }",
    )
    .env("URL", &url)
    .run()
    .await;
    let lines: Vec<&String> = ran
        .log
        .iter()
        .filter(|line| line.contains("source=http-debug"))
        .collect();
    assert_eq!(lines.len(), 2, "{:?}", ran.log);
    assert!(
        lines[0].contains("x-mine: m") && lines[0].contains("sent text"),
        "{lines:?}"
    );
    assert!(
        lines[1].contains("HTTP/1.1 200 OK") && lines[1].contains("POST"),
        "{lines:?}"
    );
}
