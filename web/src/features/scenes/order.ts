/** The ids with one at place `to`, from 0; the same list when that moves nothing. */
export function moveTo(ids: readonly string[], id: string, to: number): readonly string[] {
  const from = ids.indexOf(id)
  const place = Math.min(ids.length - 1, Math.max(0, to))
  if (from === -1 || place === from) return ids
  const moved = ids.filter((other) => other !== id)
  moved.splice(place, 0, id)
  return moved
}

/** The ids with one moved by `step` places (−1 earlier, +1 later); the same list when it can't move. */
export function moveScene(ids: readonly string[], id: string, step: -1 | 1): readonly string[] {
  return moveTo(ids, id, ids.indexOf(id) + step)
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
