import { useEffect, useRef } from 'react'
import { announce } from '../ui/announce.ts'
import { ScrollMemory } from './scrollMemory.ts'

/** How long a page may take to show its heading or its full height before it is left as it is. */
const SETTLE_MS_MAX = 3_000

const memory = new ScrollMemory(window)

/**
 * What happens when one comes to a page: it is announced, its heading gets the focus, and it stands at its top, or where
 * one left it when one goes back. Nothing is taken from somebody who has begun to do something there.
 */
export function useArrival(path: string, page: string, title: string): void {
  const shown = useRef(page)
  const isFirst = useRef(true)
  useEffect(() => memory.start(), [])
  useEffect(() => {
    const top = memory.arrive()
    const isSame = shown.current === page
    shown.current = page
    if (isFirst.current || isSame) {
      isFirst.current = false
      return
    }
    announce(title)
    return settle(top ?? 0)
  }, [path, page, title])
}

/** Tries until the page has its heading and is high enough, or until the reader acts. */
function settle(top: number): () => void {
  const content = document.body
  const isDone = () => {
    const isFocused = focusHeading()
    const canScroll = document.documentElement.scrollHeight - window.innerHeight >= top
    if (canScroll) window.scrollTo(0, top)
    return isFocused && canScroll
  }
  window.scrollTo(0, top)
  if (isDone()) return () => undefined
  const stop = new AbortController()
  const observer = new MutationObserver(() => {
    if (isDone()) stop.abort()
  })
  observer.observe(content, { childList: true, subtree: true })
  const timer = setTimeout(() => stop.abort(), SETTLE_MS_MAX)
  stop.signal.addEventListener('abort', () => {
    observer.disconnect()
    clearTimeout(timer)
  })
  for (const act of ['keydown', 'pointerdown', 'wheel', 'touchstart', 'input'])
    window.addEventListener(act, () => stop.abort(), { signal: stop.signal, passive: true, capture: true })
  return () => stop.abort()
}

/** True when the focus is where it should be: on the heading, or on what the page itself has chosen. */
function focusHeading(): boolean {
  const content = document.getElementById('content')
  if (content?.contains(document.activeElement) === true) return true
  const heading = content?.querySelector('h1')
  if (heading === null || heading === undefined) return false
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
  return true
}
