import { expect, test } from 'vitest'
import { ScrollMemory } from './scrollMemory.ts'

/** A window with a history of entries, of which one is shown. */
function setUp() {
  const listeners = new Map<string, () => void>()
  const entries: unknown[] = [null]
  let place = 0
  const frame = {
    scrollY: 0,
    history: {
      scrollRestoration: 'auto',
      get state() {
        return entries[place]
      },
      replaceState: (state: unknown) => {
        entries[place] = state
      },
    },
    addEventListener: (type: string, listener: () => void) => void listeners.set(type, listener),
    removeEventListener: (type: string) => void listeners.delete(type),
  }
  const memory = new ScrollMemory(frame as unknown as Window)
  const end = memory.start()
  memory.arrive()
  return {
    frame,
    listeners,
    end,
    scroll: (top: number) => {
      frame.scrollY = top
      listeners.get('scroll')?.()
    },
    open: () => {
      place += 1
      entries.splice(place, entries.length, null)
      return memory.arrive()
    },
    go: (step: number) => {
      place += step
      return memory.arrive()
    },
  }
}

test('a new page has no place; going back and forward finds the old ones', () => {
  const { scroll, open, go } = setUp()
  scroll(700)
  expect(open()).toBeUndefined()
  scroll(30)
  expect(go(-1)).toBe(700)
  expect(go(1)).toBe(30)
})

test('the same address opened twice is two places', () => {
  const { scroll, open, go } = setUp()
  scroll(100)
  open()
  scroll(200)
  open()
  expect(go(-1)).toBe(200)
  expect(go(-1)).toBe(100)
})

test('the browser has its own memory back afterwards', () => {
  const { frame, listeners, end } = setUp()
  expect(frame.history.scrollRestoration).toBe('manual')
  end()
  expect(frame.history.scrollRestoration).toBe('auto')
  expect(listeners.size).toBe(0)
})
