import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import type { User } from '../api/model.ts'

const Palette = lazy(() => import('./palette/Palette.tsx'))

/** The palette, fetched when it is first asked for, and the key that opens it. */
export function usePalette(user: User): { palette: ReactNode; open: () => void } {
  const [isOpen, setIsOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return
      event.preventDefault()
      // Whatever is open already has to be left first: two dialogs on each other confuse.
      if (document.querySelector('dialog[open]') === null) setIsOpen(true)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  const palette = isOpen && (
    <Suspense>
      <Palette user={user} onClose={() => setIsOpen(false)} />
    </Suspense>
  )
  return { palette, open: () => setIsOpen(true) }
}
