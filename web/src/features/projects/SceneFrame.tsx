import type { GenerationBrief, Project } from '../../api/model.ts'
import { Frame } from '../../ui/Frame.tsx'
import { useGenerationStatus } from '../generations/useGenerationStatus.ts'
import { useRefreshWhenEnded } from './useRefreshWhenEnded.ts'
import './projects.css'

interface SceneFrameProps {
  projectId: string
  scene: Project['scenes'][number]
}

/** A scene in a project's strip: the picture of its latest clip, or its words until there is one. */
export function SceneFrame({ projectId, scene }: SceneFrameProps) {
  const { latestGeneration } = scene
  return (
    <>
      {latestGeneration === null ? (
        <Frame src={null} alt="">
          <span className="project-frame-words">{scene.prompt}</span>
        </Frame>
      ) : (
        <MadeFrame projectId={projectId} prompt={scene.prompt} generation={latestGeneration} />
      )}
      <span className="edge-print">{scene.position + 1}</span>
    </>
  )
}

interface MadeFrameProps {
  projectId: string
  prompt: string
  generation: GenerationBrief
}

function MadeFrame({ projectId, prompt, generation }: MadeFrameProps) {
  const status = useGenerationStatus(generation)
  useRefreshWhenEnded(generation, status, projectId)
  const isRunning = status.status === 'queued' || status.status === 'processing'
  return (
    <span className="project-frame-made">
      <Frame src={status.thumbnailUrl} alt="">
        <span className="project-frame-words">{prompt}</span>
      </Frame>
      {isRunning && (
        <span className="project-frame-bar" style={{ transform: `scaleX(${status.progress / 100})` }} />
      )}
    </span>
  )
}
