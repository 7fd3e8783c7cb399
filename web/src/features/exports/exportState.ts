import type { Job, Scene } from '../../api/model.ts'

/** What an export tells of itself. Pure. */

/** A scene takes part in a film with the clip that was chosen for it. */
export function hasClip(scene: Scene): boolean {
  return scene.selectedGenerationId !== null || scene.latestGeneration?.status === 'completed'
}

export function describeReady(ready: number, total: number): string {
  if (ready === 0) return 'No scene has a clip yet.'
  if (ready === total) return total === 1 ? 'The scene has a clip.' : 'Every scene has a clip.'
  return `${ready} of ${total} scenes ${ready === 1 ? 'has' : 'have'} a clip; the film leaves the others out.`
}

/** Seconds of a film of these scenes, as far as their planned lengths tell it. */
export function filmLength(scenes: readonly Scene[], crossfadeSeconds: number): number {
  const parts = scenes.filter(hasClip)
  const whole = parts.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0)
  return Math.max(0, whole - Math.max(0, parts.length - 1) * crossfadeSeconds)
}

/** Whether the scenes were changed after the export was asked for. */
export function isOutdated(
  job: Pick<Job, 'createdAt'>,
  scenes: readonly Pick<Scene, 'updatedAt'>[],
): boolean {
  const madeMs = Date.parse(job.createdAt)
  return scenes.some(({ updatedAt }) => Date.parse(updatedAt) > madeMs)
}

export function describeJob(job: Pick<Job, 'status' | 'progress'> | undefined): string {
  if (job === undefined || job.status === 'queued') return 'Waiting for a free place.'
  return `Exporting, ${job.progress} of 100`
}
