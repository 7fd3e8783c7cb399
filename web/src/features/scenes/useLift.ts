import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react'
import { announce } from '../../ui/announce.ts'
import { announceLift, edgeSpeed, placeAfterDrag, placeAfterKey, type Lift, type LiftNews } from './lift.ts'
import { moveScene, moveTo } from './order.ts'

/** A press that moves less, in pixels, is a click. */
const DRAG_MIN = 6

/** A press that may become a drag, and the strip that it is on. */
interface Press {
  id: string
  from: number
  pointerId: number
  x: number
  startX: number
  startScroll: number
  strip: HTMLElement
  /** From one frame to the next, in pixels. */
  pitch: number
}

/** Picks frames of the strip up, moves them and puts them down, by pointer and by keyboard. */
export function useLift(ids: readonly string[], onOrder: (ids: readonly string[]) => void) {
  const [lift, setLift] = useState<Lift>()
  // What the handlers do never depends on which rendering they are of, so that frames need no new ones.
  const known = useRef({ ids, onOrder })
  useEffect(() => {
    known.current = { ids, onOrder }
  })
  const current = useRef<Lift>(undefined)
  const press = useRef<Press>(undefined)
  const timer = useRef<number>(undefined)
  const wasDragged = useRef(false)
  const count = () => known.current.ids.length
  const placeOf = (id: string) => known.current.ids.indexOf(id)

  const set = (next: Lift | undefined) => {
    current.current = next
    setLift(next)
  }
  const tell = (news: LiftNews, of: Lift) => announce(announceLift(news, of, count()))
  const order = (moved: readonly string[]) => {
    if (moved !== known.current.ids) known.current.onOrder(moved)
  }
  const move = (to: number, offset: number | undefined) => {
    const now = current.current
    if (now === undefined) return
    const next = { ...now, to, offset }
    if (to !== now.to) tell('moved', next)
    set(next)
  }
  const end = (news: 'put down' | 'put back') => {
    const now = current.current
    window.cancelAnimationFrame(timer.current ?? 0)
    press.current = undefined
    set(undefined)
    if (now === undefined) return
    tell(news, now)
    if (news === 'put down') order(moveTo(known.current.ids, now.id, now.to))
  }

  const follow = () => {
    const { strip, startX, startScroll, from, pitch, x } = press.current ?? {}
    if (strip === undefined || startX === undefined || x === undefined || from === undefined) return
    const offset = x - startX + strip.scrollLeft - (startScroll ?? 0)
    move(placeAfterDrag(from, offset, pitch ?? 0, count()), offset)
  }
  /** Runs while a frame is dragged: the strip moves on when the pointer is at its edge. */
  const runEdge = () => {
    const { strip, x } = press.current ?? {}
    if (strip === undefined || x === undefined) return
    const { left, right } = strip.getBoundingClientRect()
    const speed = edgeSpeed(x, left, right)
    if (speed !== 0) {
      strip.scrollLeft += speed
      follow()
    }
    timer.current = window.requestAnimationFrame(runEdge)
  }
  const handlers = { follow, runEdge, end }
  const latest = useRef(handlers)
  useEffect(() => {
    latest.current = handlers
  })

  useEffect(() => {
    const onMove = (event: globalThis.PointerEvent) => {
      const now = press.current
      if (now?.pointerId !== event.pointerId) return
      now.x = event.clientX
      if (current.current === undefined) {
        if (Math.abs(now.x - now.startX) < DRAG_MIN) return
        wasDragged.current = true
        current.current = { id: now.id, from: now.from, to: now.from, offset: 0 }
        setLift(current.current)
        timer.current = window.requestAnimationFrame(() => latest.current.runEdge())
      }
      latest.current.follow()
    }
    const onUp = (event: globalThis.PointerEvent) => {
      if (press.current?.pointerId === event.pointerId) latest.current.end('put down')
    }
    const onCancel = (event: globalThis.PointerEvent) => {
      if (press.current?.pointerId === event.pointerId) latest.current.end('put back')
    }
    const onEscape = (event: globalThis.KeyboardEvent) => {
      if (event.key === 'Escape' && current.current !== undefined) latest.current.end('put back')
    }
    window.addEventListener('pointermove', onMove)
    window.addEventListener('pointerup', onUp)
    window.addEventListener('pointercancel', onCancel)
    window.addEventListener('keydown', onEscape)
    return () => {
      window.removeEventListener('pointermove', onMove)
      window.removeEventListener('pointerup', onUp)
      window.removeEventListener('pointercancel', onCancel)
      window.removeEventListener('keydown', onEscape)
      window.cancelAnimationFrame(timer.current ?? 0)
    }
  }, [])

  return {
    lift,
    /** On a frame. A finger moves the strip, so that it drags by the grip only. */
    onPointerDown: (event: PointerEvent<HTMLElement>, id: string, isGrip: boolean) => {
      wasDragged.current = false
      const frame = event.currentTarget.closest<HTMLElement>('.strip-frame')
      const strip = frame?.closest<HTMLElement>('.strip')
      if (!frame || !strip || count() < 2 || event.button !== 0) return
      if (event.pointerType !== 'mouse' && !isGrip) return
      const next = frame.nextElementSibling
      press.current = {
        id,
        from: placeOf(id),
        pointerId: event.pointerId,
        x: event.clientX,
        startX: event.clientX,
        startScroll: strip.scrollLeft,
        strip,
        pitch: next instanceof HTMLElement ? next.offsetLeft - frame.offsetLeft : frame.offsetWidth,
      }
    },
    /** The click with which a drag ends opens nothing. */
    onClickCapture: (event: MouseEvent) => {
      if (!wasDragged.current) return
      wasDragged.current = false
      event.preventDefault()
      event.stopPropagation()
    },
    /** On a frame's link; true when the key was one of these. */
    onKeyDown: (event: KeyboardEvent, id: string): boolean => {
      const now = current.current
      if (event.ctrlKey || event.metaKey || event.altKey || press.current !== undefined) return false
      if (now === undefined) {
        if (event.key !== ' ' || count() < 2) return false
        const from = placeOf(id)
        const next: Lift = { id, from, to: from, offset: undefined }
        set(next)
        tell('picked up', next)
        return true
      }
      const to = placeAfterKey(event.key, now.to, count())
      if (to !== undefined) move(to, undefined)
      else if (event.key === ' ' || event.key === 'Enter') end('put down')
      else return event.key === 'Escape'
      return true
    },
    /** Moves a frame by one place without picking it up. */
    step: (id: string, step: -1 | 1) => order(moveScene(known.current.ids, id, step)),
    /** A frame that is left while it is in the hand goes back. */
    onBlur: () => {
      if (current.current !== undefined && press.current === undefined) end('put back')
    },
  }
}
