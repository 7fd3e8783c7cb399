// Resident memory of a server that has started, and of one that has answered requests and idles again.

import { makeFolder, pause, readResidentBytes, register, startServer } from './server.mjs'

// The allocator gives back what was used for a while after ten seconds.
const SETTLE_MS = 15_000
const REQUESTS = 500
const LIMIT_MIB = 40
const MIB = 1024 * 1024

export async function measureMemory(program) {
  const folder = await makeFolder()
  const server = await startServer(program, folder.path)
  await pause(SETTLE_MS)
  const idle = await readResidentBytes(server.pid)
  const user = await register(server.url)
  for (let request = 0; request < REQUESTS; request += 1) await user.call('GET', '/api/dashboard')
  await pause(SETTLE_MS)
  const used = await readResidentBytes(server.pid)
  await server.stop()
  await folder.remove()
  return [
    { name: 'resident memory, idle', value: idle / MIB, unit: 'MiB', limit: LIMIT_MIB },
    { name: 'resident memory, idle after a login and 500 dashboards', value: used / MIB, unit: 'MiB' },
  ]
}
