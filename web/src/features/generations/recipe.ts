import type { Model } from '../../api/model.ts'

/** How a clip is to be made, apart from its prompt. */
export interface Recipe {
  model: string
  duration: number
  resolution: Model['resolutions'][number] | undefined
  aspectRatio: Model['aspectRatios'][number] | undefined
}

/** What somebody would like, which the model may not offer. */
export interface Wish {
  model: string
  resolution: string
  duration: number
  aspectRatio: string
}

/** The nearest recipe that the model can make, so that changing the model never leaves an impossible choice. */
export function fitRecipe(wish: Wish, model: Model): Recipe {
  return {
    model: model.id,
    resolution: nearestOption(wish.resolution, model.resolutions),
    duration: nearestDuration(wish.duration, model.durations),
    aspectRatio: nearestOption(wish.aspectRatio, model.aspectRatios),
  }
}

/** Whole credits; the server has the last word. */
export function estimateCost(model: Model, duration: number): number {
  return Math.ceil(model.creditsPerSecond * duration)
}

export function chooseModel(models: Model[], wantedId: string, defaultId: string): Model | undefined {
  return models.find(({ id }) => id === wantedId) ?? models.find(({ id }) => id === defaultId) ?? models[0]
}

function nearestOption<T extends string>(wanted: string, offered: readonly T[]): T | undefined {
  return offered.find((option) => option === wanted) ?? offered[0]
}

function nearestDuration(wanted: number, offered: readonly number[]): number {
  const isNearer = (one: number, other: number) => Math.abs(one - wanted) < Math.abs(other - wanted)
  return offered.reduce((best, next) => (isNearer(next, best) ? next : best), offered[0] ?? wanted)
}

/** The largest seed that the server takes. */
export const SEED_MAX = 4_294_967_295

/** A seed as it was typed; null for any, also when what was typed is none. */
export function parseSeed(text: string): number | null {
  const seed = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isInteger(seed) && seed >= 0 && seed <= SEED_MAX ? seed : null
}

const WISH_KEY = 'vitascope.recipe'

/** What was last asked for in this browser: the next scene usually wants the same. */
export function readWish(storage: Pick<Storage, 'getItem'>): Wish {
  const usual = { model: '', resolution: '360p', duration: 4, aspectRatio: '16:9' }
  try {
    const stored: unknown = JSON.parse(storage.getItem(WISH_KEY) ?? 'null')
    return isWish(stored) ? stored : usual
  } catch {
    return usual
  }
}

export function writeWish(storage: Pick<Storage, 'setItem'>, wish: Wish): void {
  storage.setItem(WISH_KEY, JSON.stringify(wish))
}

function isWish(value: unknown): value is Wish {
  if (typeof value !== 'object' || value === null) return false
  const given = value as Partial<Record<keyof Wish, unknown>>
  return (
    typeof given.model === 'string' &&
    typeof given.resolution === 'string' &&
    typeof given.duration === 'number' &&
    typeof given.aspectRatio === 'string'
  )
}
