// Photographs for measurements: gradients under noise, as sensors see them, of a size that cameras make. ffmpeg makes
// them anew each time, the same ones every time.

import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** JPEGs of 4000×3000 pixels in the folder; more noise makes larger files. Answers their paths. */
export async function makePhotographs(folder, { count, noise, quality }) {
  const paths = []
  for (let number = 0; number < count; number += 1) {
    const path = join(folder, `photo-${String(number).padStart(2, '0')}.jpg`)
    const scene = `gradients=s=4000x3000:nb_colors=5:seed=${number}:type=${number % 2 === 0 ? 'linear' : 'radial'}`
    const grain = `noise=alls=${noise}:all_seed=${number}`
    const args = ['-nostdin', '-y', '-v', 'error', '-f', 'lavfi', '-i', scene, '-vf', `${grain},format=yuvj420p`]
    await run('ffmpeg', [...args, '-frames:v', '1', '-q:v', String(quality), '-update', '1', path])
    paths.push(path)
  }
  return paths
}

export async function meanBytes(paths) {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size))
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length
}
