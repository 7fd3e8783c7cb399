/** What the palette offers, and in which order. Pure. */

export interface Command {
  id: string
  /** What is read and searched. */
  title: string
  /** Pages, projects and so on; commands of a group stand together. */
  group: string
  /** Offered only once something is typed, whatever it is. */
  needsText?: boolean
  run: (text: string) => void
}

/** More would not be looked through; typing one letter more is faster. */
const SHOWN_MAX = 12

/** The commands that fit what was typed, best first within each group; all of them while nothing is typed. */
export function findCommands(commands: readonly Command[], text: string): Command[] {
  const words = normalise(text).split(' ').filter(Boolean)
  const scored = commands.flatMap((command) => {
    if (command.needsText === true) return words.length > 0 ? [{ command, score: 0 }] : []
    const score = scoreOf(normalise(command.title), words)
    return score === undefined ? [] : [{ command, score }]
  })
  const groups = [...new Set(commands.map(({ group }) => group))]
  const bestOf = new Map(
    groups.map((group) => [
      group,
      Math.max(...scored.filter((s) => s.command.group === group).map((s) => s.score)),
    ]),
  )
  return scored
    .map((entry, place) => ({ ...entry, place }))
    .sort(
      (a, b) =>
        (bestOf.get(b.command.group) ?? 0) - (bestOf.get(a.command.group) ?? 0) ||
        groups.indexOf(a.command.group) - groups.indexOf(b.command.group) ||
        b.score - a.score ||
        a.place - b.place,
    )
    .slice(0, SHOWN_MAX)
    .map(({ command }) => command)
}

/** Every word has to be there; at the start of the title counts most, at the start of a word more than within one. */
function scoreOf(title: string, words: readonly string[]): number | undefined {
  let score = 0
  for (const word of words) {
    const at = title.indexOf(word)
    if (at === -1) return undefined
    if (at === 0) score += 3
    else if (title[at - 1] === ' ' || title.includes(` ${word}`)) score += 2
    else score += 1
  }
  return score
}

/** Case and accents don't count. */
function normalise(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
}
