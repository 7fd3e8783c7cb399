import type { Project } from '../../api/model.ts'

/** The picture that stands for a project: that of its latest clip, or of the first scene that has one. */
export function posterOf({ latestGeneration, scenes }: Project): string | null {
  const pictures = [latestGeneration, ...scenes.map((scene) => scene.latestGeneration)].flatMap(
    (latest) => latest?.thumbnailUrl ?? [],
  )
  return pictures[0] ?? null
}
