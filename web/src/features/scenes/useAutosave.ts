import { useEffect, useState, useSyncExternalStore } from 'react'
import { Autosave } from './autosave.ts'

/** An `Autosave` that also saves when its editor goes away. Both arguments are those of the first rendering. */
export function useAutosave(initial: string, save: (text: string) => Promise<unknown>): Autosave {
  const [autosave] = useState(() => new Autosave(initial, save))
  useSyncExternalStore(autosave.subscribe, () => autosave.text)
  useSyncExternalStore(autosave.subscribe, () => autosave.state)
  useEffect(() => () => void autosave.flush(), [autosave])
  return autosave
}
