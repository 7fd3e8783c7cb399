//! A load test as somebody writes it for k6 against a platform of this kind, unchanged.

use std::fs;
use std::path::Path;
use std::time::Duration;

use vita_testkit::run_to_end;

use crate::{PROGRAM, quick_server};

/// Longest time for four visits with a clip each while others keep the machine busy.
const RUN_LIMIT: Duration = Duration::from_mins(4);

/// Signs in for every iteration, asks for a model that nobody has, polls, and opens both kinds of
/// sockets. Its thresholds want every check and request to hold.
const SCRIPT: &str = r"
import http from 'k6/http';
import ws from 'k6/ws';
import { WebSocket } from 'k6/websockets';
import { check, fail, group, sleep } from 'k6';
import { Rate, Trend } from 'k6/metrics';

const BASE = __ENV.BASE_URL;
const WS = BASE.replace('http', 'ws');
const PASSWORD = 'a long pass phrase';
const clips = new Rate('clips_done');
const clipTime = new Trend('clip_time', true);

export const options = {
  vus: 2,
  iterations: 4,
  thresholds: {
    checks: ['rate==1'],
    clips_done: ['rate==1'],
    http_req_failed: ['rate==0'],
    'http_reqs{name:login}': ['count==4'],
    ws_sessions: ['count==8'],
  },
};

const json = { headers: { 'Content-Type': 'application/json' } };

export function setup() {
  const users = [];
  for (let n = 1; n <= 2; n++) {
    const email = `outside-${n}@example.org`;
    const made = http.post(`${BASE}/api/auth/register`, JSON.stringify({ email, password: PASSWORD }), json);
    if (!check(made, { 'registered': (r) => r.status === 201 })) fail(`no account: ${made.status} ${made.body}`);
    users.push(email);
  }
  return { users };
}

export default function ({ users }) {
  const email = users[(__VU - 1) % users.length];
  const login = http.post(`${BASE}/api/auth/login`, JSON.stringify({ email, password: PASSWORD }),
    Object.assign({ tags: { name: 'login' } }, json));
  check(login, { 'logged in': (r) => r.status === 200, 'has a token': (r) => !!r.json('token') });
  const token = login.json('token');
  const mine = { headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` } };

  const project = http.post(`${BASE}/api/projects`, JSON.stringify({ title: `Take ${__ITER}` }), mine);
  check(project, { 'project made': (r) => r.status === 201 });
  const projectId = project.json('id');
  const scene = http.post(`${BASE}/api/projects/${projectId}/scenes`, JSON.stringify({ prompt: 'a boat' }), mine);
  check(scene, { 'scene made': (r) => r.status === 201 });

  group('generate', () => {
    const begun = Date.now();
    const body = { sceneId: scene.json('id'), prompt: 'a boat at dawn', model: 'luma-ray-2', resolution: '720p', duration: 5 };
    const res = http.post(`${BASE}/api/projects/${projectId}/generate`, JSON.stringify(body), mine);
    if (!check(res, { 'accepted': (r) => r.status === 202 || r.status === 200 })) fail(res.body);
    const id = res.json('generationId');
    watch(token, id);
    listen(token, id);
    let state = null;
    for (let i = 0; i < 1200; i++) {
      const asked = http.get(`${BASE}/api/generations/${id}/status`, mine);
      check(asked, { 'status is told': (r) => r.status === 200 && r.json('progress') >= 0 });
      state = asked.json('status');
      if (state === 'completed' || state === 'failed') break;
      sleep(0.1);
    }
    clips.add(state === 'completed');
    clipTime.add(Date.now() - begun);
  });
}

function watch(token, generationId) {
  const res = ws.connect(`${WS}/ws?token=${token}`, null, (socket) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', generationId })));
    socket.on('message', (text) => {
      const message = JSON.parse(text);
      check(message, { 'a type and a time': (m) => m.type !== undefined && m.timestamp !== undefined });
      if (message.type === 'status') socket.close();
    });
    socket.setTimeout(() => socket.close(), 60000);
  });
  check(res, { 'switched protocols': (r) => r && r.status === 101 });
}

function listen(token, generationId) {
  const socket = new WebSocket(`${WS}/ws?token=${token}`);
  socket.onopen = () => socket.send(JSON.stringify({ type: 'subscribe', generationId }));
  socket.onmessage = (event) => {
    if (JSON.parse(event.data).type === 'status') socket.close();
  };
  socket.onerror = (event) => check(event, { 'no error': () => false });
}
";

#[tokio::test]
async fn a_script_that_was_written_for_k6_passes_unchanged_on_a_test_installation() {
    let app = quick_server().start().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("script.js"), SCRIPT).unwrap();
    let base = format!("BASE_URL={}", app.url());
    let args = ["load", "run", "--no-color", "-e", &base, "script.js"];
    let exited = run_to_end(Path::new(PROGRAM), &args, &[], folder.path(), RUN_LIMIT).unwrap();
    let said = format!("{}\n{}", exited.stdout, exited.stderr);
    assert_eq!(exited.status.code(), Some(0), "{said}");
    for part in [
        "'rate==1' rate=100.00%",
        "iterations.....................: 4 ",
    ] {
        assert!(exited.stdout.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("level=error"), "{said}");
}
