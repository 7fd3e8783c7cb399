//! `vitascope/stream`: what k6 doesn't have.

use crate::bench::{script, server};

#[tokio::test]
async fn bodies_are_made_and_read_while_they_are_sent() {
    let url = server().await;
    let ran = script(
        "import http from 'k6/http';
        import { generate, fileRange } from 'vitascope/stream';
        const part = fileRange('./data.bin', { offset: 2, bytes: 3 });
        export default function () {
            console.log(part.size, http.post(__ENV.URL + '/upload', generate(3000000)).body);
            console.log(http.post(__ENV.URL + '/echo', part).json('body'));
            console.log(http.post(__ENV.URL + '/echo', generate(5, { repeat: 'ab' })).json('body'));
            const form = http.post(__ENV.URL + '/echo', { f: http.file(part, 'p.bin') }).json('body');
            console.log(form.includes('cde'), form.includes('p.bin'));
            try { fileRange('./data.bin'); } catch (e) { console.log('init only'); }
            try { generate(-1); } catch (e) { console.log(e.name); }
        }",
    )
    .file("data.bin", "abcdefgh")
    .env("URL", &url)
    .run()
    .await;
    assert_eq!(
        ran.printed(),
        [
            "3 3000000",
            "cde",
            "ababa",
            "true true",
            "init only",
            "RangeError"
        ],
        "{:?}",
        ran.log
    );
}

#[tokio::test]
async fn answers_are_read_as_they_come() {
    let url = server().await;
    let ran = script(
        "import { open } from 'vitascope/stream';
        export default function () {
            const events = open('GET', __ENV.URL + '/events');
            console.log(events.status, events.headers['Content-Type']);
            for (let e = events.event(); e !== null; e = events.event()) console.log(e.event, e.data, e.id);
            const text = open('GET', __ENV.URL + '/events');
            let all = ''; for (let t = text.read(); t !== null; t = text.read()) all += t;
            console.log(all.includes('ü'), text.read());
            const early = open('GET', __ENV.URL + '/events'); early.close(); early.close();
            console.log(early.readBytes(), open('GET', 'http://127.0.0.1:1/').error);
        }",
    )
    .env("URL", &url)
    .run()
    .await;
    assert_eq!(
        ran.printed(),
        [
            "200 text/event-stream",
            "message one 1",
            "token ü 1",
            "true null",
            "null dial: connection refused"
        ],
        "{:?}",
        ran.log
    );
}
