import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import type { User } from '../../api/model.ts'
import { findCommands } from './commands.ts'
import { useCommands } from './useCommands.ts'
import './palette.css'

interface PaletteProps {
  user: User
  onClose: () => void
}

/** Goes anywhere and does anything by typing. Mounted only while it is open. */
export default function Palette({ user, onClose }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const [place, setPlace] = useState(0)
  const id = useId()
  const commands = findCommands(useCommands(user), text)
  const active = commands[Math.min(place, commands.length - 1)]
  useEffect(() => dialog.current?.showModal(), [])
  useEffect(() => {
    document.getElementById(`${id}-${active?.id ?? ''}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, active?.id])

  const run = (index: number) => {
    const command = commands[index]
    if (command === undefined) return
    dialog.current?.close()
    command.run(text)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const next = placeAfter(event.key, place, commands.length)
    if (next !== undefined) setPlace(next)
    else if (event.key === 'Enter') run(Math.min(place, commands.length - 1))
    else return
    event.preventDefault()
  }
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Search and commands"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <input
        className="palette-input"
        role="combobox"
        aria-label="Go to a page or project, or do something"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={active === undefined ? undefined : `${id}-${active.id}`}
        aria-autocomplete="list"
        placeholder="Go to a page or project, or do something"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        autoFocus
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setPlace(0)
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} className="palette-list" role="listbox" aria-label="What fits">
        {commands.map((command, index) => (
          <li
            key={command.id}
            id={`${id}-${command.id}`}
            role="option"
            aria-selected={command === active}
            className="palette-option"
            onPointerMove={() => setPlace(index)}
            onClick={() => run(index)}
          >
            <span className="palette-title">
              {command.title}
              {command.needsText === true && <span className="quiet">: “{text.trim()}”</span>}
            </span>
            <span className="quiet small">{command.group}</span>
          </li>
        ))}
      </ul>
      <p className="palette-empty quiet small" role="status">
        {commands.length === 0 && 'Nothing fits.'}
      </p>
    </dialog>
  )
}

function placeAfter(key: string, place: number, count: number): number | undefined {
  if (count === 0) return undefined
  switch (key) {
    case 'ArrowDown':
      return (place + 1) % count
    case 'ArrowUp':
      return (place - 1 + count) % count
    case 'PageDown':
      return count - 1
    case 'PageUp':
      return 0
    default:
      return undefined
  }
}
