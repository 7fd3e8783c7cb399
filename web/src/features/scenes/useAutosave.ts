import { useCallback, useEffect, useRef, useState } from 'react'

/** How long typing rests before it is saved. */
const REST_MS = 700

export type SaveState =
  { kind: 'saved' } | { kind: 'unsaved' } | { kind: 'saving' } | { kind: 'failed'; error: unknown }

/**
 * A text that saves itself when typing rests, on `flush`, and when its editor goes away. A failed save keeps the
 * text and says so; the next change or `flush` tries again.
 */
export function useAutosave(initial: string, save: (text: string) => Promise<unknown>) {
  const [text, setText] = useState(initial)
  const [state, setState] = useState<SaveState>({ kind: 'saved' })
  const latest = useRef({ text: initial, saved: initial, save })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    latest.current.save = save
  }, [save])

  const flush = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current)
    const { text: current, saved, save: saveNow } = latest.current
    if (current === saved) return
    setState({ kind: 'saving' })
    try {
      await saveNow(current)
      latest.current.saved = current
      setState({ kind: latest.current.text === current ? 'saved' : 'unsaved' })
    } catch (error) {
      setState({ kind: 'failed', error })
    }
  }, [])

  const change = useCallback(
    (next: string) => {
      latest.current.text = next
      setText(next)
      setState({ kind: next === latest.current.saved ? 'saved' : 'unsaved' })
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void flush(), REST_MS)
    },
    [flush],
  )

  useEffect(() => {
    return () => void flush()
  }, [flush])

  return { text, state, change, flush }
}
