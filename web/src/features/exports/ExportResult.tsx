import { useState } from 'react'
import type { Scene } from '../../api/model.ts'
import { Player } from '../playback/Player.tsx'
import type { ExportFormat } from './calls.ts'
import { filmLength } from './exportState.ts'

interface ExportResultProps {
  format: ExportFormat
  url: string
  scenes: Scene[]
  /** Whether the project was changed since. */
  isOld: boolean
  onStale: () => void
}

/** What came of an export, to be looked at where it was asked for. */
export function ExportResult({ format, url, scenes, isOld, onStale }: ExportResultProps) {
  return (
    <div className="export-result">
      {format === 'film' ? (
        <Player src={url} poster={null} duration={filmLength(scenes, 0)} label="Film" onStale={onStale} />
      ) : (
        <Sheet url={url} />
      )}
      {isOld && (
        <p className="field-note">A scene was changed since this was made. Export again to have it in.</p>
      )}
    </div>
  )
}

/** A sheet is as high as it has scenes, so it scrolls in a window of a fixed height. */
function Sheet({ url }: { url: string }) {
  // A new address of the same sheet would only load it again.
  const [kept] = useState(url)
  return (
    <a className="export-sheet" href={url} aria-label="Open the storyboard sheet by itself">
      <img src={kept} alt="The storyboard: a picture and the prompt of each scene" />
    </a>
  )
}
