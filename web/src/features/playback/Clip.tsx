import { useCallback, useState } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Frame } from '../../ui/Frame.tsx'
import type { Transport } from './transport.ts'

interface ClipProps {
  transport: Transport
  /** The newest address of the clip. Addresses expire, and lists bring fresh ones. */
  src: string
  poster: string | null
  label: string
  /** Asks for a fresh address. */
  onStale: () => void
}

/** One clip's picture. It keeps its first address, because a new one would start the clip again while it is watched. */
export function Clip({ transport, src, poster, label, onStale }: ClipProps) {
  const [kept, setKept] = useState(src)
  const [failed, setFailed] = useState<string>()
  const attach = useCallback(
    (video: HTMLVideoElement | null) => (video === null ? undefined : transport.attach(video)),
    [transport],
  )
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
        ref={attach}
        src={kept}
        poster={poster ?? undefined}
        playsInline
        preload="auto"
        aria-label={label}
        onClick={transport.toggle}
        onError={() => {
          setFailed(kept)
          onStale()
        }}
      />
    </span>
  )
}
