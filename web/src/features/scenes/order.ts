/** The ids with one moved by `step` places (−1 earlier, +1 later); the same list when it can't move. */
export function moveScene(ids: readonly string[], id: string, step: -1 | 1): readonly string[] {
  const from = ids.indexOf(id)
  const to = from + step
  if (from === -1 || to < 0 || to >= ids.length) return ids
  const moved = ids.filter((other) => other !== id)
  moved.splice(to, 0, id)
  return moved
}

/** The scenes in the order of `ids`; those that the list does not name keep their order at the end. */
export function orderScenes<T extends { id: string }>(scenes: readonly T[], ids: readonly string[]): T[] {
  const places = new Map(ids.map((id, place) => [id, place]))
  const placeOf = (scene: T) => places.get(scene.id) ?? ids.length
  return [...scenes].sort((a, b) => placeOf(a) - placeOf(b))
}

/** The scene to show when `id` goes: the next one, else the one before, else none. */
export function neighbourOf(ids: readonly string[], id: string): string | undefined {
  const place = ids.indexOf(id)
  return place === -1 ? ids[0] : (ids[place + 1] ?? ids[place - 1])
}
