import { useState } from 'react'
import type { Model, Scene } from '../../api/model.ts'
import { createRequestKey } from '../../api/requestKey.ts'
import { Button } from '../../ui/Button.tsx'
import { Count } from '../../ui/Count.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { CalmNotice, ErrorNotice } from '../../ui/Notice.tsx'
import { BatchResult } from './BatchResult.tsx'
import { countPaid, needsClip, obstacleOf, planItem, totalCost, type BatchItem } from './batch.ts'
import { Cost, useBalance } from './Cost.tsx'
import { chooseModel, fitRecipe, readWish, writeWish } from './recipe.ts'
import { RecipeFields } from './RecipeFields.tsx'
import { useBatch } from './useBatch.ts'
import { useModels } from './useModels.ts'
import './batch.css'

interface GenerateAllDialogProps {
  projectId: string
  scenes: Scene[]
  onClose: () => void
}

/** Clips for many scenes at once: which, how, for how much, and what became of each ask. */
export function GenerateAllDialog({ projectId, scenes, onClose }: GenerateAllDialogProps) {
  const models = useModels()
  const batch = useBatch(projectId)
  const isAsked = batch.items.length > 0
  const first =
    models.data === undefined
      ? undefined
      : chooseModel(models.data.models, readWish(window.localStorage).model, models.data.default)
  return (
    <Dialog title="Clips for many scenes" size="wide" onClose={onClose}>
      <div className="batch">
        {models.error !== null && <ErrorNotice error={models.error} onRetry={() => void models.refetch()} />}
        {models.isPending && <p className="quiet">Fetching the models</p>}
        {models.data !== undefined && first === undefined && (
          <CalmNotice>No model is installed, so no clip can be made.</CalmNotice>
        )}
        {isAsked && <BatchResult batch={batch} />}
        {!isAsked && models.data !== undefined && first !== undefined && (
          <Plan scenes={scenes} models={models.data.models} first={first} onStart={batch.start} />
        )}
      </div>
    </Dialog>
  )
}

interface PlanProps {
  scenes: Scene[]
  models: Model[]
  first: Model
  onStart: (items: BatchItem[]) => void
}

function Plan({ scenes, models, first, onStart }: PlanProps) {
  const [wish, setWish] = useState(() => ({ ...readWish(window.localStorage), model: first.id }))
  const [picked, setPicked] = useState(() => new Set(scenes.filter(needsClip).map(({ id }) => id)))
  const balance = useBalance()
  const model = chooseModel(models, wish.model, first.id) ?? first
  const items = scenes.flatMap((scene, place) =>
    picked.has(scene.id) && obstacleOf(scene) === undefined
      ? [planItem(scene, place + 1, wish, model, createRequestKey())]
      : [],
  )
  const cost = totalCost(items)
  const paid = balance === undefined ? items.length : countPaid(items, balance)
  const pick = (which: (scene: Scene) => boolean) =>
    setPicked(new Set(scenes.filter(which).map(({ id }) => id)))
  const start = () => {
    writeWish(window.localStorage, wish)
    onStart(items)
  }
  return (
    <>
      <p className="quiet">Each scene keeps its own words and length; the rest is the same for all.</p>
      <RecipeFields
        models={models}
        model={model}
        recipe={fitRecipe(wish, model)}
        onChange={(change) => setWish({ ...wish, ...change })}
      />
      <div className="batch-picks">
        <Button tone="plain" onClick={() => pick(needsClip)}>
          Those without a clip
        </Button>
        <Button tone="plain" onClick={() => pick(() => true)}>
          All
        </Button>
        <Button tone="plain" onClick={() => pick(() => false)}>
          None
        </Button>
      </div>
      <ul className="batch-list" tabIndex={0} aria-label="Scenes">
        {scenes.map((scene, place) => (
          <ScenePick
            key={scene.id}
            scene={scene}
            number={place + 1}
            isPicked={picked.has(scene.id)}
            onPick={(isPicked) => {
              const next = new Set(picked)
              if (isPicked) next.add(scene.id)
              else next.delete(scene.id)
              setPicked(next)
            }}
          />
        ))}
      </ul>
      <Cost cost={cost} words={`${items.length} × their length at ${model.creditsPerSecond} a second`} />
      {paid < items.length && (
        <CalmNotice>
          Your credits pay for the first <Count of="clip">{paid}</Count>. The rest is not asked for, and can
          be later.
        </CalmNotice>
      )}
      <Button tone="primary" icon="play" disabled={items.length === 0} onClick={start}>
        {items.length === 1 ? 'Generate one clip' : `Generate ${items.length} clips`}
      </Button>
    </>
  )
}

interface ScenePickProps {
  scene: Scene
  number: number
  isPicked: boolean
  onPick: (isPicked: boolean) => void
}

function ScenePick({ scene, number, isPicked, onPick }: ScenePickProps) {
  const obstacle = obstacleOf(scene)
  return (
    <li>
      <label className="batch-scene">
        <input
          type="checkbox"
          checked={isPicked && obstacle === undefined}
          disabled={obstacle !== undefined}
          onChange={(event) => onPick(event.target.checked)}
        />
        <span className="figures">{number}</span>
        <span className="batch-words">{scene.prompt}</span>
        <span className="quiet small">
          {obstacle === 'under way' && 'is being made'}
          {obstacle === 'no prompt' && 'has no prompt yet'}
          {obstacle === undefined && <span className="figures">{scene.durationSeconds} s</span>}
        </span>
      </label>
    </li>
  )
}
