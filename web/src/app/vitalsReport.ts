import type { components } from '../api/schema.d.ts'

type Vitals = components['schemas']['VitalsIn']
export type VitalName = Vitals['vitals'][number]['name']
export type VitalPage = Vitals['page']

/** Larger values are refused by the server: a tab that lay aside for minutes is no slow page. */
const TIME_MS_MAX = 120_000
const SHIFT_MAX = 100

const PAGES: readonly (readonly [start: string, page: VitalPage])[] = [
  ['/projects/', 'project'],
  ['/projects', 'projects'],
  ['/credits', 'credits'],
  ['/generations/', 'generation'],
  ['/notifications', 'notifications'],
  ['/settings', 'settings'],
  ['/admin/', 'admin'],
]

/** A page by one of the few names that a metric may have; never an id. */
export function pageOf(path: string, isSignedIn: boolean): VitalPage {
  if (!isSignedIn) return 'sign_in'
  if (path === '/') return 'home'
  return PAGES.find(([start]) => path.startsWith(start))?.[1] ?? 'other'
}

/** What was measured of one visit, each vital told one time. */
export class VitalsReport {
  #page: VitalPage
  #waiting = new Map<VitalName, number>()
  #told = new Set<VitalName>()

  constructor(page: VitalPage) {
    this.#page = page
  }

  add(name: VitalName, value: number): void {
    const max = name === 'CLS' ? SHIFT_MAX : TIME_MS_MAX
    if (value >= 0 && value <= max && !this.#told.has(name)) this.#waiting.set(name, value)
  }

  /** The body to send, if there is something new. */
  take(): string | undefined {
    if (this.#waiting.size === 0) return undefined
    const vitals = [...this.#waiting].map(([name, value]) => ({ name, value }))
    for (const { name } of vitals) this.#told.add(name)
    this.#waiting.clear()
    const body: Vitals = { page: this.#page, vitals }
    return JSON.stringify(body)
  }
}
