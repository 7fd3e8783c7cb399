import type { Generation } from '../../api/model.ts'

export type ComparedRecipe = Pick<
  Generation,
  'prompt' | 'model' | 'resolution' | 'duration' | 'aspectRatio' | 'seed' | 'cost' | 'startedAt' | 'endedAt'
>

export interface RecipeRow {
  name: string
  first: string
  second: string
  isDifferent: boolean
}

/** How two versions were made, line by line. The prompt is told apart, word by word. */
export function compareRecipes(first: ComparedRecipe, second: ComparedRecipe): RecipeRow[] {
  const row = (name: string, of: (recipe: ComparedRecipe) => string): RecipeRow => {
    const [one, other] = [of(first), of(second)]
    return { name, first: one, second: other, isDifferent: one !== other }
  }
  return [
    row('Model', ({ model }) => model),
    row('Resolution', ({ resolution }) => resolution),
    row('Shape', ({ aspectRatio }) => aspectRatio),
    row('Length', ({ duration }) => `${duration} s`),
    row('Seed', ({ seed }) => String(seed)),
    row('Cost', ({ cost }) => `${cost} ${cost === 1 ? 'credit' : 'credits'}`),
    row('Made in', timeTaken),
  ]
}

function timeTaken({ startedAt, endedAt }: ComparedRecipe): string {
  if (startedAt === null || endedAt === null) return '–'
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000
  return `${Math.max(1, Math.round(seconds))} s`
}

export interface PromptPart {
  text: string
  isOnlyHere: boolean
}

/** Longer prompts than this are shown without marks: the table below grows with the square. */
const WORDS_MAX = 400

/** Both prompts, cut where they differ. Joined, the parts of each give the prompt again. */
export function comparePrompts(first: string, second: string): [PromptPart[], PromptPart[]] {
  const [ones, others] = [splitWords(first), splitWords(second)]
  if (ones.length > WORDS_MAX || others.length > WORDS_MAX) {
    return [[{ text: first, isOnlyHere: false }], [{ text: second, isOnlyHere: false }]]
  }
  const common = commonWords(ones, others)
  return [markWords(ones, common.first), markWords(others, common.second)]
}

/** Words with the space behind them. */
function splitWords(text: string): string[] {
  return text.match(/\S+\s*/g) ?? []
}

/** The places of the longest row of words that both have in the same order. */
function commonWords(ones: string[], others: string[]): { first: Set<number>; second: Set<number> } {
  const isSame = (i: number, j: number) => ones[i]?.trim() === others[j]?.trim()
  const lengths = Array.from({ length: ones.length + 1 }, () => new Uint16Array(others.length + 1))
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0
  for (let i = ones.length - 1; i >= 0; i -= 1) {
    for (let j = others.length - 1; j >= 0; j -= 1) {
      const row = lengths[i]
      if (row !== undefined)
        row[j] = isSame(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const [first, second] = [new Set<number>(), new Set<number>()]
  for (let i = 0, j = 0; i < ones.length && j < others.length;) {
    if (isSame(i, j)) {
      first.add(i++)
      second.add(j++)
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1
    else j += 1
  }
  return { first, second }
}

function markWords(words: string[], common: Set<number>): PromptPart[] {
  const parts: PromptPart[] = []
  for (const [place, text] of words.entries()) {
    const isOnlyHere = !common.has(place)
    const last = parts.at(-1)
    if (last?.isOnlyHere === isOnlyHere) last.text += text
    else parts.push({ text, isOnlyHere })
  }
  return parts
}
