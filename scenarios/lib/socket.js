// A WebSocket that watches a generation, and how fast and how well it is answered.

import { check } from 'k6';
import ws from 'k6/ws';

import { socketLatency, validMessages } from './slo.js';
import { SOCKET_TARGET } from './target.js';

// One ping at a time is under way: the next is sent this long after the last.
const PING_MILLIS = 1000;

const KINDS = ['subscribed', 'status', 'progress', 'completed', 'failed', 'cancelled', 'pong', 'error'];

// Watches `generationId` for `seconds`; returns whether the socket opened.
export function watch(credential, generationId, seconds) {
  const url = `${SOCKET_TARGET}/ws?token=${credential}`;
  let sentAt = 0;
  let toldState = false;
  const response = ws.connect(url, { tags: { name: 'ws' } }, (socket) => {
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'subscribe', generationId }));
      socket.setInterval(() => {
        sentAt = Date.now();
        socket.send(JSON.stringify({ type: 'ping' }));
      }, PING_MILLIS);
      socket.setTimeout(() => socket.close(1000), seconds * 1000);
    });
    socket.on('message', (text) => {
      const message = read(text);
      validMessages.add(message !== null);
      if (message === null) return;
      if (message.type === 'pong' && sentAt > 0) {
        socketLatency.add(Date.now() - sentAt);
        sentAt = 0;
      }
      if (message.type === 'status') toldState = true;
    });
  });
  const opened = check(response, { 'socket: 101': (r) => r && r.status === 101 });
  check(toldState, { 'socket: tells the state at once': (told) => told });
  return opened;
}

// A message as it must be, or null.
function read(text) {
  try {
    const message = JSON.parse(text);
    return KINDS.includes(message.type) && message.type !== 'error' && message.timestamp ? message : null;
  } catch (error) {
    return null;
  }
}
