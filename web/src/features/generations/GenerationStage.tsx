import type { Generation, Scene } from '../../api/model.ts'
import { Button } from '../../ui/Button.tsx'
import { Frame } from '../../ui/Frame.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { Player } from '../playback/Player.tsx'
import { ClipActions } from './ClipActions.tsx'
import { GenerationProgress, ProgressNews } from './GenerationProgress.tsx'
import { isFinal } from './mergeLive.ts'
import { useGenerationActions } from './useGenerationActions.ts'
import { useGenerationStatus } from './useGenerationStatus.ts'
import type { Versions } from './useVersions.ts'
import './generations.css'

interface GenerationStageProps {
  scene: Scene
  versions: Versions
}

/** The place where a clip is watched, or watched being made. */
export function GenerationStage({ scene, versions }: GenerationStageProps) {
  const { viewed, query } = versions
  return (
    <div className="stage">
      {query.error !== null && <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />}
      {viewed === undefined ? (
        <Frame src={null} alt="">
          <span className="stage-words">
            {query.isPending
              ? 'Fetching the versions of this scene'
              : 'No clip yet. Generate one from the prompt.'}
          </span>
        </Frame>
      ) : (
        <ViewedGeneration key={viewed.id} scene={scene} generation={viewed} versions={versions} />
      )}
    </div>
  )
}

function ViewedGeneration(props: GenerationStageProps & { generation: Generation }) {
  const { generation, scene, versions } = props
  const actions = useGenerationActions(scene, versions.view)
  const status = useGenerationStatus(generation)
  const { thumbnailUrl, videoUrl } = status
  const isPlayable = status.status === 'completed' && videoUrl !== null
  const progress = !isPlayable && (
    <GenerationProgress status={status} startedAt={generation.createdAt}>
      {!isFinal(status.status) && (
        <Button
          icon="cross"
          isPending={actions.cancel.isPending}
          pendingWords="Cancelling"
          onClick={() => actions.cancel.mutate(generation.id)}
        >
          Cancel
        </Button>
      )}
      {(status.status === 'failed' || status.status === 'cancelled') && (
        <Button
          icon="retry"
          isPending={actions.retry.isPending}
          pendingWords="Trying again"
          onClick={() => actions.retry.mutate(generation.id)}
        >
          Retry
        </Button>
      )}
    </GenerationProgress>
  )
  return (
    <>
      <ProgressNews status={status} />
      {isPlayable ? (
        <Player
          src={videoUrl}
          poster={thumbnailUrl}
          duration={generation.duration}
          label={`Clip: ${generation.prompt}`}
          onStale={() => void versions.query.refetch()}
        />
      ) : (
        <Frame src={thumbnailUrl} alt="">
          {progress}
        </Frame>
      )}
      {thumbnailUrl !== null && progress}
      {isPlayable && (
        <ClipActions
          isChosen={scene.selectedGenerationId === generation.id}
          chooseWords="Use this one"
          isPending={actions.select.isPending}
          onChoose={() => actions.select.mutate(generation.id)}
          download={{ url: videoUrl, name: `${generation.id}.mp4` }}
        />
      )}
      {[actions.cancel, actions.retry, actions.select].map(
        ({ error }, index) => error !== null && <ErrorNotice key={index} error={error} />,
      )}
    </>
  )
}
