import { useState, type PointerEvent } from 'react'
import { FRAMES_PER_SECOND, formatTimecode } from './timecode.ts'

interface ScrubberProps {
  time: number
  duration: number
  previewSrc: string | undefined
  onSeek: (seconds: number) => void
}

/** The clip as a strip on which one moves; pointing at it looks into the clip without moving. */
export function Scrubber({ time, duration, previewSrc, onSeek }: ScrubberProps) {
  const [pointed, setPointed] = useState<number>()
  const share = duration > 0 ? Math.min(1, time / duration) : 0
  const point = (event: PointerEvent) => {
    if (event.pointerType !== 'mouse') return
    const { left, width } = event.currentTarget.getBoundingClientRect()
    setPointed(Math.min(1, Math.max(0, (event.clientX - left) / Math.max(1, width))))
  }
  return (
    <div className="scrubber" onPointerMove={point} onPointerLeave={() => setPointed(undefined)}>
      <input
        type="range"
        className="scrubber-input"
        style={{ '--share': share }}
        aria-label="Position"
        aria-valuetext={formatTimecode(time)}
        min={0}
        max={duration}
        step={1 / FRAMES_PER_SECOND}
        value={time}
        onChange={(event) => onSeek(Number(event.target.value))}
      />
      {previewSrc !== undefined && pointed !== undefined && duration > 0 && (
        <Preview src={previewSrc} share={pointed} seconds={pointed * duration} />
      )}
    </div>
  )
}

function Preview({ src, share, seconds }: { src: string; share: number; seconds: number }) {
  return (
    <span className="scrubber-preview" style={{ '--share': share }} aria-hidden="true">
      <video
        src={src}
        muted
        playsInline
        preload="auto"
        tabIndex={-1}
        ref={(video) => {
          // One picture after the other: a seek that is under way is not overtaken by every pixel.
          if (video !== null && !video.seeking) video.currentTime = seconds
        }}
        onLoadedMetadata={(event) => {
          event.currentTarget.currentTime = seconds
        }}
      />
      <span className="figures">{formatTimecode(seconds)}</span>
    </span>
  )
}
