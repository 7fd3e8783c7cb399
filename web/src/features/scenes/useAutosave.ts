import { useEffect, useState, useSyncExternalStore } from 'react'
import { Autosave, type Save, type SavedText } from './autosave.ts'

/** What could not be saved when its editor went away, so that coming back finds it. */
const leftOpen = new Map<string, Autosave>()

/**
 * An `Autosave` that also saves when its editor goes away, and follows what the server has while nothing is written
 * here. `save` is that of the first rendering.
 */
export function useAutosave(id: string, there: SavedText, save: Save): Autosave {
  const [autosave] = useState(() => leftOpen.get(id) ?? new Autosave(there, save))
  useSyncExternalStore(autosave.subscribe, () => autosave.text)
  useSyncExternalStore(autosave.subscribe, () => autosave.state)
  const { text, updatedAt } = there
  useEffect(() => autosave.adopt({ text, updatedAt }), [autosave, text, updatedAt])
  useEffect(() => {
    leftOpen.delete(id)
    const warn = (event: BeforeUnloadEvent) => {
      if (autosave.state.kind !== 'saved') event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => {
      window.removeEventListener('beforeunload', warn)
      leftOpen.set(id, autosave)
      void autosave.flush().then(() => {
        if (autosave.state.kind === 'saved' && leftOpen.get(id) === autosave) leftOpen.delete(id)
      })
    }
  }, [autosave, id])
  return autosave
}
