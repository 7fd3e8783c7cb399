import type { PlayerCommand } from './playerKeys.ts'
import { RATES } from './playerKeys.ts'
import { PlayerIcon, type PlayerIconName } from './PlayerIcon.tsx'
import { Scrubber } from './Scrubber.tsx'
import { formatTimecode } from './timecode.ts'
import type { Transport } from './transport.ts'
import { useTransportState } from './useTransport.ts'

interface TransportBarProps {
  transport: Transport
  previewSrc: string | undefined
  onCommand: (command: PlayerCommand) => void
  isHelpOpen: boolean
}

/** The scrubber, the time and the buttons. Every one of them has a key. */
export function TransportBar({ transport, previewSrc, onCommand, isHelpOpen }: TransportBarProps) {
  const { time, duration, isPlaying, rate, isLooping, isMuted } = useTransportState(transport)
  return (
    <div className="transport">
      <Scrubber time={time} duration={duration} previewSrc={previewSrc} onSeek={transport.seek} />
      <div className="transport-row">
        <Control icon="back" label="One frame back" onPress={() => onCommand({ kind: 'step', frames: -1 })} />
        <Control
          icon={isPlaying ? 'pause' : 'play'}
          label={isPlaying ? 'Pause' : 'Play'}
          onPress={() => onCommand({ kind: 'toggle' })}
        />
        <Control icon="on" label="One frame on" onPress={() => onCommand({ kind: 'step', frames: 1 })} />
        <p className="timecode figures">
          <span className="visually-hidden">Time code </span>
          {formatTimecode(time)} <span className="timecode-end">/ {formatTimecode(duration)}</span>
        </p>
        <span className="transport-gap" />
        <label className="transport-rate">
          <span className="visually-hidden">Speed</span>
          <select value={rate} onChange={(event) => transport.setRate(Number(event.target.value))}>
            {RATES.map((offered) => (
              <option key={offered} value={offered}>
                {offered}×
              </option>
            ))}
          </select>
        </label>
        <Control
          icon="loop"
          label="Repeat"
          isPressed={isLooping}
          onPress={() => onCommand({ kind: 'loop' })}
        />
        <Control
          icon={isMuted ? 'silent' : 'sound'}
          label="Sound off"
          isPressed={isMuted}
          onPress={() => onCommand({ kind: 'mute' })}
        />
        <Control icon="full" label="Full screen" onPress={() => onCommand({ kind: 'fullScreen' })} />
        <Control
          icon="keys"
          label="Keys of the player"
          isPressed={isHelpOpen}
          onPress={() => onCommand({ kind: 'help' })}
        />
      </div>
    </div>
  )
}

interface ControlProps {
  icon: PlayerIconName
  label: string
  isPressed?: boolean
  onPress: () => void
}

function Control({ icon, label, isPressed, onPress }: ControlProps) {
  return (
    <button
      type="button"
      className="control"
      aria-label={label}
      title={label}
      aria-pressed={isPressed}
      onClick={onPress}
    >
      <PlayerIcon name={icon} />
    </button>
  )
}
