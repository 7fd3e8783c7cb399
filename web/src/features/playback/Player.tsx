import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Clip } from './Clip.tsx'
import { KeyHelp } from './KeyHelp.tsx'
import { commandOf, type PlayerCommand } from './playerKeys.ts'
import type { Transport } from './transport.ts'
import { TransportBar } from './TransportBar.tsx'
import { useTransport } from './useTransport.ts'
import './playback.css'

interface PlayerProps {
  src: string
  poster: string | null
  /** Seconds, as far as they are known before the clip is loaded. */
  duration: number
  label: string
  onStale: () => void
}

/** Plays one clip. */
export function Player({ src, poster, duration, label, onStale }: PlayerProps) {
  const transport = useTransport(duration)
  return (
    <PlayerFrame transport={transport} label={label} previewSrc={src}>
      <Clip transport={transport} src={src} poster={poster} label={label} onStale={onStale} />
    </PlayerFrame>
  )
}

interface PlayerFrameProps {
  transport: Transport
  label: string
  /** The clip to look into while one points at the scrubber; none for several. */
  previewSrc?: string
  children: ReactNode
}

/** Pictures with their controls below. Its keys work while the focus is anywhere in it. */
export function PlayerFrame({ transport, label, previewSrc, children }: PlayerFrameProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [isHelpOpen, setIsHelpOpen] = useState(false)

  const obey = (command: PlayerCommand) => {
    if (command.kind === 'help') setIsHelpOpen((isOpen) => !isOpen)
    else if (command.kind === 'fullScreen') toggleFullScreen(frame.current)
    else transport.obey(command)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isHelpOpen) {
      setIsHelpOpen(false)
      return
    }
    const { key, ctrlKey, metaKey, altKey } = event
    const target = event.target instanceof Element ? event.target.tagName : ''
    const command = commandOf({ key, ctrlKey, metaKey, altKey, target })
    if (command === undefined) return
    event.preventDefault()
    obey(command)
  }
  return (
    <div
      ref={frame}
      className="player"
      role="group"
      aria-label={`${label}, player. Press question mark for its keys.`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className="player-pictures">{children}</div>
      <TransportBar transport={transport} previewSrc={previewSrc} onCommand={obey} isHelpOpen={isHelpOpen} />
      {isHelpOpen && <KeyHelp onClose={() => setIsHelpOpen(false)} />}
    </div>
  )
}

/** A browser may refuse; the player then stays as large as it is. */
function toggleFullScreen(element: HTMLElement | null): void {
  const change =
    document.fullscreenElement === null ? element?.requestFullscreen() : document.exitFullscreen()
  change?.catch(() => undefined)
}
