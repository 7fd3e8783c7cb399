import type { Model } from '../../api/model.ts'

/** How a clip is to be made, apart from its prompt. */
export interface Recipe {
  model: string
  resolution: string
  duration: number
  aspectRatio: string
}

/** Seconds that the contract allows; a model may offer fewer. */
const DURATIONS = { min: 1, max: 15 }

/** The nearest recipe that the model can make, so that changing the model never leaves an impossible choice. */
export function fitRecipe(wanted: Recipe, model: Model): Recipe {
  return {
    model: model.id,
    resolution: fitOption(wanted.resolution, model.resolutions),
    duration: fitDuration(wanted.duration, model.durations),
    aspectRatio: fitOption(wanted.aspectRatio, model.aspectRatios),
  }
}

/** Whole credits; the server rounds up as well and has the last word. */
export function estimateCost(model: Model, duration: number): number {
  return Math.ceil(model.creditsPerSecond * duration)
}

export function durationOptions(model: Model): number[] {
  if (model.durations.length > 0) return model.durations
  return Array.from({ length: DURATIONS.max }, (_, index) => index + DURATIONS.min)
}

function fitOption(wanted: string, offered: string[]): string {
  if (offered.length === 0 || offered.includes(wanted)) return wanted
  return offered[0] ?? wanted
}

function fitDuration(wanted: number, offered: number[]): number {
  if (offered.length === 0) return Math.min(DURATIONS.max, Math.max(DURATIONS.min, wanted))
  return offered.reduce((best, next) => (Math.abs(next - wanted) < Math.abs(best - wanted) ? next : best))
}

const RECIPE_KEY = 'vitascope.recipe'

/** The last recipe used in this browser: the next scene usually wants the same. */
export function readRecipe(storage: Pick<Storage, 'getItem'>): Recipe {
  const usual = { model: '', resolution: '360p', duration: 4, aspectRatio: '16:9' }
  try {
    const stored: unknown = JSON.parse(storage.getItem(RECIPE_KEY) ?? 'null')
    return isRecipe(stored) ? stored : usual
  } catch {
    return usual
  }
}

export function writeRecipe(storage: Pick<Storage, 'setItem'>, recipe: Recipe): void {
  storage.setItem(RECIPE_KEY, JSON.stringify(recipe))
}

function isRecipe(value: unknown): value is Recipe {
  if (typeof value !== 'object' || value === null) return false
  const given = value as Partial<Record<keyof Recipe, unknown>>
  return (
    typeof given.model === 'string' &&
    typeof given.resolution === 'string' &&
    typeof given.duration === 'number' &&
    typeof given.aspectRatio === 'string'
  )
}
