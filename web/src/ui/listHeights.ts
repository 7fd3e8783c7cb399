import type { VirtualItem } from '@tanstack/react-virtual'

/** Measured heights of lists that one has left, so that coming back finds the same row at the same place. */

/** Lists kept; more than one goes back through in practice. */
const LISTS_MAX = 8

const kept = new Map<string, VirtualItem[]>()

export function rememberHeights(key: string, heights: VirtualItem[]): void {
  kept.delete(key)
  kept.set(key, heights)
  for (const oldest of kept.keys()) {
    if (kept.size <= LISTS_MAX) break
    kept.delete(oldest)
  }
}

export function recallHeights(key: string): VirtualItem[] {
  return kept.get(key) ?? []
}
