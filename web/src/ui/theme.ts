import { useSyncExternalStore } from 'react'

/** Light, dark, or as the system says. `public/theme.js` sets the attribute before the first paint; this changes it. */
export type Theme = 'system' | 'light' | 'dark'

export const THEMES: readonly { value: Theme; words: string }[] = [
  { value: 'system', words: 'System' },
  { value: 'light', words: 'Light' },
  { value: 'dark', words: 'Dark' },
]

/** Also named in `public/theme.js`. */
const KEY = 'vitascope.theme'

const listeners = new Set<() => void>()

export function setTheme(theme: Theme): void {
  if (theme === 'system') window.localStorage.removeItem(KEY)
  else window.localStorage.setItem(KEY, theme)
  show()
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, readTheme)
}

function readTheme(): Theme {
  const stored = window.localStorage.getItem(KEY)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function show(): void {
  const theme = readTheme()
  const root = document.documentElement
  if (theme === 'system') delete root.dataset['theme']
  else root.dataset['theme'] = theme
  for (const listener of listeners) listener()
}

// Another tab has chosen.
window.addEventListener('storage', (event) => {
  if (event.key === KEY || event.key === null) show()
})
