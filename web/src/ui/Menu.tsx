import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Link } from 'wouter'
import { Icon, type IconName } from './Icon.tsx'

interface MenuProps {
  /** What the button says to those who can't see it; `children` is what it shows. */
  label: string
  button: ReactNode
  /** `MenuItem`, `MenuLink`, `MenuChoice` and `MenuRule`. */
  children: ReactNode
  /** Words above the items, such as whose menu it is. */
  head?: ReactNode
}

const ITEMS = '[role^="menuitem"]:not([aria-disabled="true"])'

/** A button that opens a list of things to do. Arrow keys, Home, End and Escape work as everywhere. */
export function Menu({ label, button, children, head }: MenuProps) {
  const [isOpen, setIsOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const id = useId()

  useEffect(() => {
    if (!isOpen) return
    itemsOf(list.current)[0]?.focus()
    const closeOutside = (event: PointerEvent) => {
      if (!(event.target instanceof Node) || root.current?.contains(event.target) !== true) setIsOpen(false)
    }
    document.addEventListener('pointerdown', closeOutside)
    return () => document.removeEventListener('pointerdown', closeOutside)
  }, [isOpen])

  const close = () => {
    setIsOpen(false)
    opener.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      close()
    } else if (event.key === 'Tab') {
      setIsOpen(false)
    } else if (focusByKey(event.key, itemsOf(list.current))) {
      event.preventDefault()
    }
  }
  return (
    <div className="menu" ref={root}>
      <button
        type="button"
        ref={opener}
        className="button menu-button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setIsOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          setIsOpen(true)
        }}
      >
        {button}
      </button>
      {isOpen && (
        <div className="menu-panel">
          {head !== undefined && <div className="menu-head">{head}</div>}
          <div
            id={id}
            ref={list}
            role="menu"
            tabIndex={-1}
            aria-label={label}
            onKeyDown={onKeyDown}
            onClick={(event) => {
              if (event.target instanceof Element && event.target.closest('[data-stays]') === null) close()
            }}
          >
            {children}
          </div>
        </div>
      )}
    </div>
  )
}

interface ItemProps {
  icon?: IconName
  children: ReactNode
}

export function MenuItem({ icon, children, onSelect }: ItemProps & { onSelect: () => void }) {
  return (
    <button type="button" role="menuitem" tabIndex={-1} className="menu-item" onClick={onSelect}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  )
}

export function MenuLink({ icon, children, href }: ItemProps & { href: string }) {
  return (
    <Link href={href} role="menuitem" tabIndex={-1} className="menu-item">
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </Link>
  )
}

interface MenuChoiceProps<Value extends string> {
  label: string
  value: Value
  choices: readonly { value: Value; words: string }[]
  onChange: (value: Value) => void
}

/** One of a few, of which one is taken; the menu stays open, so that one sees what it does. */
export function MenuChoice<Value extends string>(props: MenuChoiceProps<Value>) {
  return (
    <div role="group" aria-label={props.label} className="menu-choice" data-stays="">
      <span className="menu-choice-label quiet small" aria-hidden="true">
        {props.label}
      </span>
      {props.choices.map(({ value, words }) => (
        <button
          key={value}
          type="button"
          role="menuitemradio"
          tabIndex={-1}
          aria-checked={value === props.value}
          className="menu-item"
          onClick={() => props.onChange(value)}
        >
          {words}
        </button>
      ))}
    </div>
  )
}

export function MenuRule() {
  return <hr className="menu-rule" />
}

function itemsOf(list: HTMLElement | null): HTMLElement[] {
  return list === null ? [] : [...list.querySelectorAll<HTMLElement>(ITEMS)]
}

/** Moves the focus as the key says; false when the key says nothing about it. */
function focusByKey(key: string, items: HTMLElement[]): boolean {
  const at = items.findIndex((item) => item === document.activeElement)
  const next = nextPlace(key, at, items)
  items[next ?? -1]?.focus()
  return next !== undefined
}

function nextPlace(key: string, at: number, items: HTMLElement[]): number | undefined {
  const last = items.length - 1
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return at >= last ? 0 : at + 1
    case 'ArrowUp':
    case 'ArrowLeft':
      return at <= 0 ? last : at - 1
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return nextByLetter(key, at, items)
  }
}

function nextByLetter(key: string, at: number, items: HTMLElement[]): number | undefined {
  if (key.length !== 1 || key === ' ') return undefined
  const starts = (item: HTMLElement) => item.textContent.trim().toLowerCase().startsWith(key.toLowerCase())
  const after = items.findIndex((item, place) => place > at && starts(item))
  const any = after === -1 ? items.findIndex(starts) : after
  return any === -1 ? undefined : any
}
