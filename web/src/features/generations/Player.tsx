import { useState } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Frame } from '../../ui/Frame.tsx'

interface PlayerProps {
  /** The newest address of the clip. Addresses expire, and lists bring fresh ones. */
  src: string
  poster: string | null
  label: string
  /** Asks for a fresh address. */
  onStale: () => void
}

/** Plays one clip. It keeps its first address, because a new one would start the clip again while it is watched. */
export function Player({ src, poster, label, onStale }: PlayerProps) {
  const [kept, setKept] = useState(src)
  const [failed, setFailed] = useState<string>()
  if (failed === kept && src !== kept) setKept(src)

  if (failed === kept) {
    return (
      <Frame src={null} alt="">
        <span className="stage-words" role="alert">
          This clip could not be loaded.{' '}
          <Button
            onClick={() => {
              setFailed(undefined)
              onStale()
            }}
          >
            Try again
          </Button>
        </span>
      </Frame>
    )
  }
  return (
    <span className="frame">
      <video
        key={kept}
        src={kept}
        poster={poster ?? undefined}
        controls
        playsInline
        preload="metadata"
        aria-label={label}
        onError={() => {
          setFailed(kept)
          onStale()
        }}
      />
    </span>
  )
}
