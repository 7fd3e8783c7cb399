import type { Generation, Scene } from '../../api/model.ts'
import { Button } from '../../ui/Button.tsx'
import { Frame } from '../../ui/Frame.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { Clip } from '../playback/Clip.tsx'
import { PlayerFrame } from '../playback/Player.tsx'
import type { Transport } from '../playback/transport.ts'
import { useTransport } from '../playback/useTransport.ts'
import { ClipActions } from './ClipActions.tsx'
import { RecipeTable } from './RecipeTable.tsx'
import { useGenerationActions } from './useGenerationActions.ts'
import { useGenerationStatus } from './useGenerationStatus.ts'
import type { Versions } from './useVersions.ts'
import './compare.css'

interface CompareStageProps {
  scene: Scene
  versions: Versions
  pair: readonly [Generation, Generation]
  onClose: () => void
}

/** Two versions side by side, played as one, and how they were made. */
export function CompareStage({ scene, versions, pair, onClose }: CompareStageProps) {
  const [first, second] = pair
  const transport = useTransport(Math.max(first.duration, second.duration))
  const { select } = useGenerationActions(scene, versions.view)
  return (
    <div className="compare">
      <div className="compare-head">
        <h3>Two versions</h3>
        <Button tone="plain" icon="cross" onClick={onClose}>
          Back to one clip
        </Button>
      </div>
      <PlayerFrame transport={transport} label="Two versions in step">
        <div className="compare-pictures">
          <Picture key={first.id} sign="A" generation={first} transport={transport} versions={versions} />
          <Picture key={second.id} sign="B" generation={second} transport={transport} versions={versions} />
        </div>
      </PlayerFrame>
      <div className="compare-actions">
        {pair.map((generation, index) => (
          <ClipActions
            key={generation.id}
            isChosen={scene.selectedGenerationId === generation.id}
            chooseWords={index === 0 ? 'Use A' : 'Use B'}
            isPending={select.isPending && select.variables === generation.id}
            onChoose={() => select.mutate(generation.id)}
            download={{ url: generation.videoUrl ?? '', name: `${generation.id}.mp4` }}
          />
        ))}
      </div>
      {select.error !== null && <ErrorNotice error={select.error} />}
      <RecipeTable first={first} second={second} />
    </div>
  )
}

interface PictureProps {
  sign: 'A' | 'B'
  generation: Generation
  transport: Transport
  versions: Versions
}

function Picture({ sign, generation, transport, versions }: PictureProps) {
  const { videoUrl, thumbnailUrl } = useGenerationStatus(generation)
  return (
    <figure className="compare-picture">
      {videoUrl === null ? (
        <Frame src={null} alt="">
          <span className="stage-words">This version has no clip.</span>
        </Frame>
      ) : (
        <Clip
          transport={transport}
          src={videoUrl}
          poster={thumbnailUrl}
          label={`Version ${sign}`}
          onStale={() => void versions.query.refetch()}
        />
      )}
      <figcaption className="edge-print">{sign}</figcaption>
    </figure>
  )
}
