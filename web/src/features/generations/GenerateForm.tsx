import { useState, type SubmitEvent } from 'react'
import type { GenerateOut } from '../../api/model.ts'
import { Button } from '../../ui/Button.tsx'
import { CalmNotice, ErrorNotice } from '../../ui/Notice.tsx'
import { ReferenceField } from '../references/ReferenceField.tsx'
import { isUploading, keysOf } from '../references/references.ts'
import { useReferences } from '../references/useReferences.ts'
import { Cost } from './Cost.tsx'
import { GenerateProblem } from './GenerateProblem.tsx'
import { chooseModel, estimateCost, fitRecipe, parseSeed, readWish, writeWish } from './recipe.ts'
import type { Recipe, Wish } from './recipe.ts'
import { RecipeFields } from './RecipeFields.tsx'
import { SeedField } from './SeedField.tsx'
import { useModels } from './useModels.ts'

interface GenerateFormProps {
  /** The scene's length. */
  seconds: number
  onSecondsChange: (seconds: number) => void

  isPromptEmpty: boolean
  isPending: boolean
  error: unknown
  /** The last answer, which says when another model had to be used. */
  accepted: GenerateOut | undefined
  onGenerate: (recipe: Recipe, extras: { referenceImages: string[]; seed: number | null }) => void
}

/** How the clip is to be made, what that costs, and the one button. */
export function GenerateForm(props: GenerateFormProps) {
  const models = useModels()
  const [wish, setWish] = useState(() => ({ ...readWish(window.localStorage), duration: props.seconds }))
  const [seed, setSeed] = useState('')
  const references = useReferences()
  if (models.error !== null) return <ErrorNotice error={models.error} onRetry={() => void models.refetch()} />
  if (models.data === undefined) return <p className="quiet generate-waiting">Fetching the models</p>

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
    const referenceImages = takesReferences ? keysOf(references.list) : []
    props.onGenerate(recipe, { referenceImages, seed: parseSeed(seed) })
    if (takesReferences) references.markUsed()
  }
  return (
    <form className="generate" onSubmit={submit} aria-label="Generate a clip">
      <RecipeFields models={models.data.models} model={model} recipe={recipe} onChange={change} hasLength />
      {takesReferences && <ReferenceField references={references} />}
      <SeedField value={seed} onChange={setSeed} />
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
        <Cost
          cost={estimateCost(model, recipe.duration)}
          words={`${recipe.duration} s at ${model.creditsPerSecond} a second`}
        />
      </div>
      {props.isPromptEmpty && <p className="field-note">Write a prompt first.</p>}
      {isWaiting && <p className="field-note">An image is still on its way.</p>}
      {props.error !== null && <GenerateProblem error={props.error} />}
      <ModelNote accepted={props.accepted} />
    </form>
  )
}

function ModelNote({ accepted }: { accepted: GenerateOut | undefined }) {
  if (
    accepted === undefined ||
    typeof accepted.requestedModel !== 'string' ||
    accepted.requestedModel === accepted.model
  )
    return null
  return (
    <CalmNotice>
      {accepted.requestedModel} is not installed here; {accepted.model} makes this clip.
    </CalmNotice>
  )
}
