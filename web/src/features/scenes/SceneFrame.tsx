import { memo, useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { GenerationBrief, Scene } from '../../api/model.ts'
import { formatClock } from '../../ui/format.ts'
import { Frame } from '../../ui/Frame.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { useRefreshGenerations } from '../generations/useGenerationActions.ts'
import { hasJustEnded, useGenerationStatus } from '../generations/useGenerationStatus.ts'
import { editorAddress } from '../projects/editorAddress.ts'
import { placeAfterKey, type Lift } from './lift.ts'
import type { useLift } from './useLift.ts'
import { usePoster } from './usePoster.ts'
import { useSeen } from './useSeen.ts'

interface SceneFrameProps {
  scene: Scene
  number: number
  isActive: boolean
  /** Whether Tab leads to it. */
  isReachable: boolean
  /** Places by which it makes room for another one. */
  aside: -1 | 0 | 1
  /** How it is moved, while it is in the hand. */
  lift: Lift | undefined
  lifting: ReturnType<typeof useLift>
  onFocus: (id: string) => void
}

/** One scene as a frame of the strip: its picture, number, length and state. */
export const SceneFrame = memo(DrawnFrame, isDrawnAlike)

/** What else is given does the same whichever rendering it is of. */
function isDrawnAlike(before: SceneFrameProps, after: SceneFrameProps): boolean {
  return (
    before.scene === after.scene &&
    before.number === after.number &&
    before.isActive === after.isActive &&
    before.isReachable === after.isReachable &&
    before.aside === after.aside &&
    before.lift === after.lift
  )
}

function DrawnFrame(props: SceneFrameProps) {
  const { scene, number, isActive, isReachable, aside, lift, lifting, onFocus } = props
  const item = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isActive) item.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [isActive, number])
  const keyPlace = lift !== undefined && lift.offset === undefined ? lift.to : undefined
  useEffect(() => {
    if (keyPlace !== undefined) item.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [keyPlace])

  const onKeyDown = (event: KeyboardEvent) => {
    const isQuickMove = event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')
    if (isQuickMove) lifting.step(scene.id, event.key === 'ArrowLeft' ? -1 : 1)
    else if (!lifting.onKeyDown(event, scene.id) && !goTo(event, item.current)) return
    event.preventDefault()
  }
  return (
    <li
      ref={item}
      className={lift === undefined ? 'strip-frame' : 'strip-frame lifted'}
      style={{
        '--aside': lift === undefined ? aside : lift.to - lift.from,
        '--offset': lift?.offset === undefined ? undefined : `${lift.offset}px`,
      }}
    >
      <Link
        href={editorAddress(scene.projectId, scene.id)}
        className="strip-link"
        draggable={false}
        tabIndex={isReachable ? 0 : -1}
        aria-current={isActive || undefined}
        aria-label={`Scene ${number}: ${scene.prompt}`}
        aria-describedby="strip-keys"
        aria-keyshortcuts="Space Alt+ArrowLeft Alt+ArrowRight"
        onFocus={() => onFocus(scene.id)}
        onBlur={lifting.onBlur}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => lifting.onPointerDown(event, scene.id, false)}
        onClickCapture={lifting.onClickCapture}
        // The browser would drag the picture instead.
        onDragStart={(event) => event.preventDefault()}
      >
        <Picture scene={scene} number={number} />
      </Link>
      <span
        className="strip-grip"
        aria-hidden="true"
        onPointerDown={(event) => lifting.onPointerDown(event, scene.id, true)}
      />
    </li>
  )
}

/** Goes to another frame; true when the key asked for that. */
function goTo({ key, ctrlKey, metaKey, altKey }: KeyboardEvent, item: HTMLLIElement | null): boolean {
  const frames = [...(item?.parentElement?.querySelectorAll<HTMLElement>('.strip-link') ?? [])]
  const link = item?.querySelector<HTMLElement>('.strip-link')
  const place = link ? frames.indexOf(link) : -1
  const to = ctrlKey || metaKey || altKey ? undefined : placeAfterKey(key, place, frames.length)
  if (to === undefined || place === -1) return false
  frames[to]?.focus()
  return true
}

function Picture({ scene, number }: { scene: Scene; number: number }) {
  const { latestGeneration: latest } = scene
  if (latest !== null) return <LatestPicture scene={scene} latest={latest} number={number} />
  return (
    <>
      <Frame src={null} alt="">
        <span className="strip-words">{scene.prompt}</span>
      </Frame>
      <EdgePrint scene={scene} number={number}>
        <StateMark state={undefined} />
      </EdgePrint>
    </>
  )
}

interface LatestPictureProps {
  scene: Scene
  latest: GenerationBrief
  number: number
}

/** A scene's latest generation, live. The strip shows every scene, so it is also what notices an end. */
function LatestPicture({ scene, latest, number }: LatestPictureProps) {
  const status = useGenerationStatus(latest)
  const refresh = useRefreshGenerations(scene.projectId, scene.id)
  const hasEnded = hasJustEnded(latest, status)
  const words = useRef<HTMLSpanElement>(null)
  const poster = usePoster(scene, useSeen(words))
  useEffect(() => {
    if (hasEnded) void refresh()
    // Only the change to an end counts, not a new function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [hasEnded, latest.id])
  return (
    <>
      <span ref={words} className="strip-picture">
        <Frame src={poster ?? status.thumbnailUrl} alt="">
          <span className="strip-words">{scene.prompt}</span>
        </Frame>
      </span>
      {status.status === 'processing' && <ProgressBar percent={status.progress} label={`Scene ${number}`} />}
      <EdgePrint scene={scene} number={number}>
        <StateMark state={status.status} progress={status.progress} />
      </EdgePrint>
    </>
  )
}

function EdgePrint({ scene, number, children }: { scene: Scene; number: number; children: ReactNode }) {
  return (
    <span className="edge-print">
      <span>
        <b>{number}</b> <span className="strip-length">{formatClock(scene.durationSeconds)}</span>
      </span>
      {children}
    </span>
  )
}
