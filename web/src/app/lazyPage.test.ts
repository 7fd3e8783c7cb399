import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LazyPage, LOAD_MS_MAX } from './lazyPage.ts'
import { reloadForNewBuild } from './newBuild.ts'
import { Problem } from '../api/problem.ts'

vi.mock('./newBuild.ts', async (importActual) => ({
  ...(await importActual<typeof import('./newBuild.ts')>()),
  reloadForNewBuild: vi.fn(() =>
    Promise.resolve(new Problem({ status: 0, code: 'PAGE_MISSING', detail: '' })),
  ),
}))

const { reloadForNewBuild: realReload } =
  await vi.importActual<typeof import('./newBuild.ts')>('./newBuild.ts')

const Page = () => null

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.mocked(reloadForNewBuild).mockClear()
})

test('all who ask share one request, and the page is there afterwards', async () => {
  const load = vi.fn(() => Promise.resolve({ default: Page }))
  const page = new LazyPage(load)
  expect(page.component).toBeUndefined()
  expect(await Promise.all([page.load(), page.load()])).toEqual([Page, Page])
  expect(load).toHaveBeenCalledOnce()
  expect(page.component).toBe(Page)
})

test('a failure is tried once more by itself', async () => {
  const load = vi.fn(() => Promise.resolve({ default: Page }))
  load.mockRejectedValueOnce(new TypeError('network'))
  expect(await new LazyPage(load).load()).toBe(Page)
  expect(reloadForNewBuild).not.toHaveBeenCalled()
})

test('what never comes is given up, and can be asked for again', async () => {
  const load = vi.fn(() => new Promise<{ default: typeof Page }>(() => undefined))
  const page = new LazyPage(load)
  const failed = expect(page.load()).rejects.toMatchObject({ code: 'PAGE_TOO_SLOW' })
  await vi.advanceTimersByTimeAsync(2 * LOAD_MS_MAX)
  await failed
  expect(load).toHaveBeenCalledTimes(2)
  load.mockResolvedValueOnce({ default: Page })
  page.forgetFailure()
  expect(await page.load()).toBe(Page)
})

test('what is not there twice may be of an older build', async () => {
  const page = new LazyPage(() => Promise.reject(new TypeError('not found')))
  await expect(page.load()).rejects.toMatchObject({ code: 'PAGE_MISSING' })
  expect(reloadForNewBuild).toHaveBeenCalledOnce()
})

function setUp(isReachable: boolean) {
  const stored = new Map<string, string>()
  const deps = {
    storage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    },
    isReachable: () => Promise.resolve(isReachable),
    reload: vi.fn(),
  }
  return deps
}

test('a new build is loaded once; after that the page says what is missing', async () => {
  const deps = setUp(true)
  void realReload(deps)
  await vi.waitFor(() => expect(deps.reload).toHaveBeenCalledOnce())
  expect(await realReload(deps)).toMatchObject({ code: 'PAGE_MISSING' })
  expect(deps.reload).toHaveBeenCalledOnce()
})

test('a server that is away is no new build', async () => {
  const deps = setUp(false)
  expect(await realReload(deps)).toMatchObject({ code: 'UNREACHABLE' })
  expect(deps.reload).not.toHaveBeenCalled()
})
