// How long the local model takes for five seconds of 720p, from asking to the stored clip.

import { generate, makeFolder, median, register, startServer, waitFor } from './server.mjs'

const PROMPTS = [
  'a serene mountain landscape at golden hour',
  'a city at night in the rain, slow pan',
  'a calm sea at sunset, aerial fly-through',
]

export async function measureRender(program) {
  const folder = await makeFolder()
  const server = await startServer(program, folder.path)
  const user = await register(server.url)
  const walls = []
  for (const prompt of PROMPTS) {
    const started = performance.now()
    const asked = { prompt, model: 'local', resolution: '720p', duration: 5, seed: 7 }
    const ended = await waitFor(user, await generate(user, asked), ['completed', 'failed'])
    if (ended.status !== 'completed') throw new Error(JSON.stringify(ended))
    walls.push((performance.now() - started) / 1000)
  }
  await server.stop()
  await folder.remove()
  return [
    { name: '5 s of 720p (median of 3 prompts)', value: median(walls), unit: 's' },
    { name: '5 s of 720p (slowest of 3 prompts)', value: Math.max(...walls), unit: 's' },
  ]
}
