// What is driven, how hard and for how long: settled by the environment, so that one script serves a
// laptop for a minute and an installation for a night.
//
//   TARGET  where Vitascope listens (http://127.0.0.1:3000)
//   SCALE   factor for the number of users (1)
//   PACE    factor for all lengths of time (1); 0.1 makes 5 minutes 30 seconds
//   MODEL   the model that generations ask for; the installation's default when not given

export const TARGET = (__ENV.TARGET || 'http://127.0.0.1:3000').replace(/\/+$/, '');
export const SOCKET_TARGET = TARGET.replace(/^http/, 'ws');
export const MODEL = __ENV.MODEL || undefined;

const SCALE = positive('SCALE', __ENV.SCALE);
const PACE = positive('PACE', __ENV.PACE);

function positive(name, text) {
  const factor = text === undefined || text === '' ? 1 : Number(text);
  if (!(factor > 0)) {
    throw new Error(`${name} must be a number above zero, not "${text}"`);
  }
  return factor;
}

// A number of users, scaled; never nobody, unless nobody was meant.
export function users(count) {
  return count === 0 ? 0 : Math.max(1, Math.round(count * SCALE));
}

// A length of time, scaled, as a number of whole seconds.
export function paced(length) {
  return Math.max(1, Math.round(length * PACE));
}

// The same from seconds, as k6 writes it.
export function seconds(length) {
  return `${paced(length)}s`;
}

export function minutes(length) {
  return seconds(length * 60);
}

// Stages from pairs of minutes and users.
export function stages(pairs) {
  return pairs.map(([length, target]) => ({ duration: minutes(length), target: users(target) }));
}
