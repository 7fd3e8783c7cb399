import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { Balance, GenerateOut, Model } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { Count } from '../../ui/Count.tsx'
import { formatCount } from '../../ui/format.ts'
import { CalmNotice, ErrorNotice } from '../../ui/Notice.tsx'
import { findDashboard } from '../accounts/calls.ts'
import { ReferenceField } from '../references/ReferenceField.tsx'
import { isUploading, keysOf } from '../references/references.ts'
import { useReferences } from '../references/useReferences.ts'
import { listModels } from './calls.ts'
import { estimateCost, fitRecipe, readWish, writeWish, type Recipe, type Wish } from './recipe.ts'
import { RecipeFields } from './RecipeFields.tsx'

/** Models change when an administrator changes them, which is rare. */
const MODELS_STALE_MS = 300_000

interface GenerateFormProps {
  /** The scene's length. */
  seconds: number
  onSecondsChange: (seconds: number) => void

  isPromptEmpty: boolean
  isPending: boolean
  error: unknown
  /** The last answer, which says when another model had to be used. */
  accepted: GenerateOut | undefined
  onGenerate: (recipe: Recipe, referenceImages: string[]) => void
}

/** How the clip is to be made, what that costs, and the one button. */
export function GenerateForm(props: GenerateFormProps) {
  const models = useQuery({ queryKey: queryKeys.models, queryFn: listModels, staleTime: MODELS_STALE_MS })
  const [wish, setWish] = useState(() => ({ ...readWish(window.localStorage), duration: props.seconds }))
  const references = useReferences()
  if (models.error !== null) return <ErrorNotice error={models.error} onRetry={() => void models.refetch()} />
  if (models.data === undefined) return <p className="quiet">Fetching the models</p>

  const model = chooseModel(models.data.models, wish.model, models.data.default)
  if (model === undefined) return <CalmNotice>No model is installed, so no clip can be made.</CalmNotice>
  const recipe = fitRecipe(wish, model)
  const takesReferences = model.kinds.includes('image_to_video')
  const isWaiting = takesReferences && isUploading(references.list)
  const change = (changed: Partial<Wish>) => {
    setWish({ ...wish, ...changed })
    if (changed.duration !== undefined) props.onSecondsChange(changed.duration)
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    writeWish(window.localStorage, wish)
    props.onGenerate(recipe, takesReferences ? keysOf(references.list) : [])
    if (takesReferences) references.markUsed()
  }
  return (
    <form className="generate" onSubmit={submit} aria-label="Generate a clip">
      <RecipeFields models={models.data.models} model={model} recipe={recipe} onChange={change} />
      {takesReferences && <ReferenceField references={references} />}
      <div className="generate-action">
        <Button
          tone="primary"
          type="submit"
          icon="play"
          disabled={props.isPromptEmpty || isWaiting}
          isPending={props.isPending}
          pendingWords="Sending"
        >
          Generate
        </Button>
        <Cost cost={estimateCost(model, recipe.duration)} />
      </div>
      {props.isPromptEmpty && <p className="field-note">Write a prompt first.</p>}
      {isWaiting && <p className="field-note">An image is still on its way.</p>}
      {props.error !== null && <ErrorNotice error={props.error} />}
      <ModelNote accepted={props.accepted} />
    </form>
  )
}

function Cost({ cost }: { cost: number }) {
  const { data } = useQuery({ queryKey: queryKeys.dashboard, queryFn: findDashboard })
  const credits: Balance | undefined = data?.credits
  const isShort = credits !== undefined && credits.balance < cost
  return (
    <p className="small">
      <Count of="credit">{cost}</Count>
      {credits !== undefined && (
        <span className={isShort ? 'mark failed' : 'quiet'}>
          {isShort ? ', but you have ' : ' of '}
          <span className="figures">{formatCount(credits.balance)}</span>
        </span>
      )}
    </p>
  )
}

function ModelNote({ accepted }: { accepted: GenerateOut | undefined }) {
  if (accepted?.requestedModel === undefined || accepted.requestedModel === accepted.model) return null
  return (
    <CalmNotice>
      {accepted.requestedModel} is not installed here; {accepted.model} makes this clip.
    </CalmNotice>
  )
}

function chooseModel(models: Model[], wantedId: string, defaultId: string): Model | undefined {
  return models.find(({ id }) => id === wantedId) ?? models.find(({ id }) => id === defaultId) ?? models[0]
}
