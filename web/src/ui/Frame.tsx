import { useState, type ReactNode } from 'react'

interface FrameProps {
  /** Address of the picture; nothing yet while null. */
  src: string | null | undefined
  /** Empty when the words beside the frame say it already. */
  alt: string
  /** Stands in until there is a picture. */
  children?: ReactNode
}

/** One frame of film: keeps its ratio, comes into focus when its picture has loaded. */
export function Frame({ src, alt, children }: FrameProps) {
  const [settled, setSettled] = useState<string>()
  const [broken, setBroken] = useState<string>()
  const isShown = src !== null && src !== undefined && src !== broken
  return (
    <span className="frame">
      {isShown ? (
        <img
          src={src}
          alt={alt}
          loading="lazy"
          decoding="async"
          className={settled === src ? undefined : 'settling'}
          onLoad={() => setSettled(src)}
          onError={() => setBroken(src)}
        />
      ) : (
        children
      )}
    </span>
  )
}
