// Whether the time of a refused login tells if the address has an account: both sorts are asked in turns, so that
// whatever else the machine does falls on both, and their medians are compared.

import { makeFolder, median, register, startServer } from './server.mjs'

const ROUNDS = 200
const WARM_UP = 10
const DIFFERENCE_PERCENT_MAX = 5

export async function measureLogin(program) {
  const folder = await makeFolder()
  const server = await startServer(program, folder.path)
  const known = `known-${Date.now()}@example.org`
  await register(server.url, known)
  const times = { known: [], unknown: [] }
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const [kind, email] of [
      ['known', known],
      ['unknown', `unknown-${round}@example.org`],
    ]) {
      const started = performance.now()
      const answer = await fetch(`${server.url}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password: 'not the password' }),
      })
      await answer.text()
      if (answer.status !== 401) throw new Error(`a wrong login was answered with ${answer.status}`)
      if (round >= 0) times[kind].push(performance.now() - started)
    }
  }
  await server.stop()
  await folder.remove()
  const [wrong, unknown] = [median(times.known), median(times.unknown)]
  const difference = (Math.abs(wrong - unknown) / Math.max(wrong, unknown)) * 100
  return [
    { name: 'login with a wrong password, median', value: wrong, unit: 'ms' },
    { name: 'login with an unknown address, median', value: unknown, unit: 'ms' },
    { name: 'difference of the two', value: difference, unit: '%', limit: DIFFERENCE_PERCENT_MAX },
  ]
}
