/** One table of cache keys, so that what a change makes stale can be found by reading. */
export const queryKeys = {
  dashboard: ['dashboard'] as const,
  models: ['models'] as const,
  projects: ['projects'] as const,
  project: (id: string) => ['project', id] as const,
  scenes: (projectId: string) => ['project', projectId, 'scenes'] as const,
  generations: (sceneId: string) => ['scene', sceneId, 'generations'] as const,
  generationStatus: (id: string) => ['generation', id, 'status'] as const,
  job: (id: string) => ['job', id] as const,
}
