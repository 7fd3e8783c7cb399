import type { Scene } from '../../api/model.ts'
import { describeReady, hasClip } from './exportState.ts'
import { ExportRow } from './ExportRow.tsx'
import './exports.css'

interface ExportPanelProps {
  projectId: string
  scenes: Scene[]
}

export function ExportPanel({ projectId, scenes }: ExportPanelProps) {
  const ready = scenes.filter(hasClip).length
  return (
    <section className="exports" aria-labelledby="exports-title">
      <h2 id="exports-title" tabIndex={-1}>
        Export
      </h2>
      <p className="quiet">{describeReady(ready, scenes.length)}</p>
      <div className="exports-rows">
        <ExportRow
          projectId={projectId}
          scenes={scenes}
          format="film"
          words="The chosen clip of each scene, in order, as one film."
          startWords="Export film"
          resultWords="Download film"
          isPossible={ready > 0}
        />
        <ExportRow
          projectId={projectId}
          scenes={scenes}
          format="storyboard"
          words="A sheet with a picture and the prompt of each scene."
          startWords="Export storyboard"
          resultWords="Download storyboard"
          isPossible
        />
      </div>
    </section>
  )
}
