import type { Generation, Scene } from '../../api/model.ts'
import { Button } from '../../ui/Button.tsx'
import { Count } from '../../ui/Count.tsx'
import { formatWhen } from '../../ui/format.ts'
import { Frame } from '../../ui/Frame.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { useNow } from '../../ui/useNow.ts'
import { useGenerationStatus } from './useGenerationStatus.ts'
import type { Versions } from './useVersions.ts'

/** All generations of a scene, newest first, to look at one after the other. */
export function VersionStrip({ scene, versions }: { scene: Scene; versions: Versions }) {
  const { list, viewed, compared, view, compare, query } = versions
  const nowMs = useNow(true, 30_000)
  if (list.length === 0) return null
  return (
    <div className="versions">
      <h3>
        Versions{' '}
        {!query.hasNextPage && (
          <span className="quiet small">
            <Count of="clip">{list.length}</Count>
          </span>
        )}
      </h3>
      <ul className="versions-list">
        {list.map((generation) => (
          <li key={generation.id}>
            <Version
              generation={generation}
              nowMs={nowMs}
              sign={signOf(generation, viewed, compared)}
              isSelected={generation.id === scene.selectedGenerationId}
              onView={() => view(generation.id)}
            />
            {viewed?.status === 'completed' &&
              generation.status === 'completed' &&
              viewed.id !== generation.id &&
              compared === undefined && (
                <Button
                  tone="plain"
                  className="version-compare"
                  onClick={() => compare(viewed.id, generation.id)}
                >
                  Compare with this one
                </Button>
              )}
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          tone="plain"
          isPending={query.isFetchingNextPage}
          pendingWords="Loading"
          onClick={() => void query.fetchNextPage()}
        >
          Show older versions
        </Button>
      )}
    </div>
  )
}

/** How a version is on the table: alone, or as one of two. */
function signOf(
  { id }: Generation,
  viewed: Generation | undefined,
  compared: readonly [Generation, Generation] | undefined,
): 'A' | 'B' | 'alone' | undefined {
  if (compared === undefined) return id === viewed?.id ? 'alone' : undefined
  if (id === compared[0].id) return 'A'
  return id === compared[1].id ? 'B' : undefined
}

interface VersionProps {
  generation: Generation
  nowMs: number
  sign: ReturnType<typeof signOf>
  isSelected: boolean
  onView: () => void
}

function Version({ generation, nowMs, sign, isSelected, onView }: VersionProps) {
  const status = useGenerationStatus(generation)
  return (
    <button type="button" className="version" aria-pressed={sign !== undefined} onClick={onView}>
      <Frame src={status.thumbnailUrl} alt="">
        <Icon name="none" />
      </Frame>
      <span className="version-line">
        <StateMark state={status.status} progress={status.progress} />
        {isSelected && <span className="version-chosen">In the film</span>}
        {(sign === 'A' || sign === 'B') && <span className="figures">{sign}</span>}
      </span>
      <span className="version-line quiet">
        <span className="figures">
          {generation.resolution} {generation.duration} s
        </span>
        <span>{formatWhen(generation.createdAt, nowMs)}</span>
      </span>
    </button>
  )
}
