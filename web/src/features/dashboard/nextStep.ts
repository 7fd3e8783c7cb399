import type { Project } from '../../api/model.ts'

/** What a project asks of its maker next, told as a sentence, the words of the way there, and the scene that it is about. */
export interface NextStep {
  kind: 'write' | 'generate' | 'watch' | 'mend' | 'export'
  words: string
  actionWords: string
  sceneId: string | undefined
}

/** What is under way comes first, then what went wrong, then what is missing; at last the film. */
export function nextStepOf(project: Project): NextStep {
  const { scenes } = project
  if (scenes.length === 0) {
    return {
      kind: 'write',
      words: 'It has no scene yet. Write what the first one shows.',
      actionWords: 'Write the first scene',
      sceneId: undefined,
    }
  }
  const running = scenes.find(({ latestGeneration: latest }) => isMoving(latest?.status))
  if (running !== undefined) {
    return {
      kind: 'watch',
      words: `The clip of scene ${running.position + 1} is being made.`,
      actionWords: `Watch scene ${running.position + 1}`,
      sceneId: running.id,
    }
  }
  const failed = scenes.find(({ latestGeneration: latest }) => latest?.status === 'failed')
  if (failed !== undefined) {
    return {
      kind: 'mend',
      words: `The last clip of scene ${failed.position + 1} failed; its credits came back.`,
      actionWords: `Look at scene ${failed.position + 1}`,
      sceneId: failed.id,
    }
  }
  const bare = scenes.filter(({ latestGeneration: latest }) => latest?.status !== 'completed')
  const [first] = bare
  if (first !== undefined) {
    return {
      kind: 'generate',
      words: `${bare.length} of ${scenes.length} scenes ${bare.length === 1 ? 'has' : 'have'} no clip yet.`,
      actionWords: `Make scene ${first.position + 1}`,
      sceneId: first.id,
    }
  }
  return {
    kind: 'export',
    words: 'Every scene has a clip. The film can be exported.',
    actionWords: 'Open the film',
    sceneId: undefined,
  }
}

export function addressOf(project: Pick<Project, 'id'>, sceneId: string | undefined): string {
  const base = `/projects/${project.id}`
  return sceneId === undefined ? base : `${base}/scenes/${sceneId}`
}

export function isMoving(status: string | undefined): boolean {
  return status === 'queued' || status === 'processing'
}

/** The scenes around the one that matters next, as many as `places`, so that a long film shows where one is. */
export function scenesAround(
  scenes: Project['scenes'],
  sceneId: string | undefined,
  places: number,
): Project['scenes'] {
  const at = scenes.findIndex((scene) => scene.id === sceneId)
  const start = Math.max(0, Math.min(at - Math.floor(places / 2), scenes.length - places))
  return scenes.slice(start, start + places)
}
