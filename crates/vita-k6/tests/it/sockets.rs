//! `k6/ws` and `k6/websockets`.

use crate::bench::{script, server};

#[tokio::test]
async fn connect_blocks_until_the_socket_has_closed() {
    let url = server().await;
    let ran = script(
        "import ws from 'k6/ws';
        export default function () {
            const res = ws.connect(__ENV.URL + '/ws', { headers: { 'X-Mine': '1' }, tags: { t: 'v' } }, (socket) => {
                let got = 0;
                socket.on('open', () => { console.log('open'); socket.send('hello'); socket.sendBinary(new Uint8Array([1, 2]).buffer); });
                socket.on('message', (text) => { console.log('text', text); got++; });
                socket.on('binaryMessage', (data) => { console.log('bytes', data.byteLength); socket.ping(); });
                socket.on('pong', () => { console.log('pong'); socket.setTimeout(() => socket.close(), 1); });
                socket.on('close', (code) => console.log('close', code));
                socket.setInterval(() => {}, 1000);
            });
            console.log(res.status, res.url === __ENV.URL + '/ws', typeof res.headers);
        }",
    )
    .env("URL", &url.replace("http", "ws"))
    .run()
    .await;
    assert_eq!(
        ran.printed(),
        [
            "open",
            "text hello",
            "bytes 2",
            "pong",
            "close 1000",
            "101 true object"
        ],
        "{:?}",
        ran.log
    );
}

#[tokio::test]
async fn a_refused_handshake_is_told_in_the_result() {
    let url = server().await;
    let ran = script(
        "import ws from 'k6/ws';
        export default function () {
            const res = ws.connect(__ENV.URL + '/missing', {}, () => console.log('opened'));
            console.log(res.status, res.error.includes('bad handshake'));
            try { ws.connect(__ENV.URL + '/missing', { throw: true }, () => {}); } catch (e) { console.log('threw'); }
        }",
    )
    .env("URL", &url.replace("http", "ws"))
    .run()
    .await;
    assert_eq!(ran.printed(), ["404 true", "threw"]);
}

#[tokio::test]
async fn an_exception_of_a_handler_ends_the_iteration() {
    let url = server().await;
    let ran = script(
        "import { connect } from 'k6/ws';
        export default function () {
            connect(__ENV.URL + '/ws', null, (socket) => socket.on('open', () => { throw new Error('handler'); }));
            console.log('after');
        }",
    )
    .env("URL", &url.replace("http", "ws"))
    .run()
    .await;
    assert!(
        ran.logs("Error: handler") && !ran.logs("after"),
        "{:?}",
        ran.log
    );
}

#[tokio::test]
async fn event_sockets_keep_the_iteration_alive() {
    let url = server().await;
    let ran = script(
        "import { WebSocket, Blob } from 'k6/websockets';
        import { WebSocket as Old } from 'k6/experimental/websockets';
        export default function () {
            const ws = new WebSocket(__ENV.URL + '/ws');
            console.log(ws.readyState, Old.OPEN);
            ws.onopen = () => { console.log('open', ws.readyState); ws.send('one'); ws.send(new Blob(['two'])); };
            ws.addEventListener('message', async ({ data }) => {
                console.log(typeof data === 'string' ? data : await data.text());
                if (typeof data !== 'string') { ws.ping(); }
            });
            ws.onpong = () => ws.close(1000, 'bye');
            ws.onclose = (e) => console.log('close', e.code, ws.readyState);
        }",
    )
    .env("URL", &url.replace("http", "ws"))
    .run()
    .await;
    assert_eq!(
        ran.printed(),
        ["0 1", "open 1", "one", "two", "close 1000 3"],
        "{:?}",
        ran.log
    );
}

#[tokio::test]
async fn an_open_socket_is_dropped_when_its_scenario_ends() {
    let url = server().await;
    let ran = script(
        "import ws from 'k6/ws';
        import { WebSocket } from 'k6/websockets';
        export const options = { scenarios: {
            a: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s', exec: 'blocking' },
            b: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s', exec: 'events' },
        } };
        export function blocking() { ws.connect(__ENV.URL + '/ws', null, (s) => s.on('open', () => console.log('open'))); }
        export function events() { new WebSocket(__ENV.URL + '/ws').onopen = () => console.log('open'); }",
    )
    .env("URL", &url.replace("http", "ws"))
    .run()
    .await;
    assert_eq!(
        (ran.printed().len(), ran.interrupted),
        (2, 2),
        "{:?}",
        ran.log
    );
}
