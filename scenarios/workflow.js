// As outside scripts tend to drive a platform: they sign in for every iteration, ask for a model that
// this installation doesn't have, poll, and open a socket with what they were given. On an installation
// in demo or test mode all of it works: the default model takes the place of the unknown one.

import { check, group } from 'k6';
import { Counter } from 'k6/metrics';

import { PROMPTS, accountOf, ask, generate, login, lookAround, pick, think } from './lib/session.js';
import { API, GENERATIONS, promises } from './lib/slo.js';
import { watch } from './lib/socket.js';
import { stages } from './lib/target.js';

const workflows = new Counter('workflows_completed');

export const options = {
  stages: stages([[1, 10], [5, 10], [1, 0]]),
  thresholds: promises(API, GENERATIONS, { workflows_completed: ['count>0'] }),
};

export default function () {
  const session = group('sign in', () => login(accountOf(__VU)));
  if (session === null) {
    think(1, 2);
    return;
  }
  const { token } = session;
  const found = group('look around', () => lookAround(token));
  if (found === null) return;

  const scene = group('write a scene', () =>
    ask('POST', `/api/projects/${found.projectId}/scenes`, {
      name: 'scene',
      token,
      body: { prompt: `${pick(PROMPTS)}, take ${__ITER}`, durationSeconds: 5 },
      fields: ['id'],
      status: 201,
    }));
  if (scene === null) return;

  const wanted = { projectId: found.projectId, sceneId: scene.id };
  const final = group('generate', () => generate(token, wanted, 'a-model-from-elsewhere'));
  const done = check(final, { 'generate: completed': (state) => state !== null && state.status === 'completed' });
  if (done) {
    group('watch', () => watch(token, final.id, 3));
    workflows.add(1);
  }
  group('tidy up', () => tidyUp(token, scene.id));
}

function tidyUp(token, sceneId) {
  ask('DELETE', `/api/scenes/${sceneId}`, { name: 'delete scene', token, status: 204 });
  think(1, 2);
}
