import type { Page } from '@playwright/test'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { callAs, makeFilm, type Film } from '../e2e/content.ts'
import { expect, test } from '../e2e/journey.ts'
import { ADMIN } from '../e2e/server.ts'

/** Run from `web`, as npm does. */
const FOLDER = resolve('../docs/images/pages')

const WINDOWS = [
  { name: 'wide', width: 1280, height: 800 },
  { name: 'narrow', width: 390, height: 844 },
] as const
const THEMES = ['light', 'dark'] as const

/** What is further down is cut off: a picture shows a page, not its archive. */
const HEIGHT_PX_MAX = 1400
const FILE_BYTES_MAX = 150_000
const WEBP_QUALITY = 80

/** The same words and the same seed give the same clip, so that the pictures change only with the pages. */
const FILMS: readonly Film[] = [
  {
    title: 'Rain on the boulevard',
    model: 'local',
    scenes: [{ prompt: 'a city at night in the rain, slow pan', seeds: [4] }],
  },
  {
    title: 'Golden hour',
    model: 'local',
    scenes: [
      { prompt: 'a serene mountain landscape at golden hour', seeds: [7] },
      { prompt: 'a forest path in autumn light', seeds: [] },
    ],
  },
  {
    title: 'The keeper of the light',
    model: 'local',
    scenes: [
      { prompt: 'a calm sea under a full moon, a lighthouse on the cliff', seeds: [7, 12] },
      { prompt: 'a calm sea at dawn, aerial fly-through', seeds: [3] },
      { prompt: 'the keeper walks home along the shore at sunset', seeds: [] },
    ],
  },
]

const PAGES = [
  { name: 'dashboard', address: '/', heading: 'Recent clips' },
  { name: 'projects', address: '/projects', heading: 'Projects' },
  { name: 'credits', address: '/credits', heading: 'Credits' },
  { name: 'notifications', address: '/notifications', heading: 'Notifications' },
  { name: 'api-keys', address: '/settings/keys', heading: 'API keys' },
  { name: 'accounts', address: '/admin/users', heading: 'Accounts' },
  { name: 'queues', address: '/admin/queue', heading: 'Queues' },
] as const

const PEOPLE = ['ada', 'edith', 'louis', 'marie']

test('pictures of every page', async ({ page, server }) => {
  const url = server?.url ?? ''
  await mkdir(FOLDER, { recursive: true })
  await page.emulateMedia({ reducedMotion: 'reduce' })

  await page.goto('/')
  await shoot(page, 'sign-in', 'Sign in')
  await page.getByLabel('Email').fill(ADMIN.email)
  await page.getByLabel('Password').fill(ADMIN.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await shoot(page, 'dashboard-empty', 'Make your first film')

  const call = await callAs(url, ADMIN.email, ADMIN.password)
  for (const name of PEOPLE) {
    const password = 'a lamp, a lens and a wall'
    await call('POST', '/api/auth/register', { email: `${name}@example.com`, password, name })
  }
  await call('POST', '/api/keys', { name: 'Evening render', scopes: ['read', 'write'] })
  let projectId = ''
  for (const film of FILMS) projectId = await makeFilm(call, film)

  for (const { name, address, heading } of PAGES) {
    await page.goto(address)
    await shoot(page, name, heading)
  }
  await page.goto(`/projects/${projectId}`)
  await expect(page.locator('.version').filter({ hasText: 'Ready' })).toHaveCount(2)
  await shoot(page, 'editor', 'The keeper of the light')
})

/** One page in every window and theme, once all that it shows is there. */
async function shoot(page: Page, name: string, heading: string): Promise<void> {
  await expect(page.getByRole('heading', { name: heading, exact: true }).first()).toBeVisible()
  for (const window of WINDOWS) {
    await page.setViewportSize(window)
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      await settle(page)
      const picture = await capture(page, window.width, window.height)
      expect(picture.length, `${name}, ${window.name}, ${colorScheme}: bytes`).toBeLessThan(FILE_BYTES_MAX)
      await writeFile(join(FOLDER, `${name}-${window.name}-${colorScheme}.webp`), picture)
    }
  }
}

/** Waits for fonts and for the pictures in sight. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await expect
    .poll(() =>
      page.evaluate(async () => {
        await document.fonts.ready
        const inSight = Array.from(document.images).filter(
          (image) => image.getBoundingClientRect().top < innerHeight && image.offsetParent !== null,
        )
        return inSight.every((image) => image.complete && !image.classList.contains('settling'))
      }),
    )
    .toBe(true)
}

/** The browser writes WebP itself; Playwright's own screenshots are PNG or JPEG only. */
async function capture(page: Page, width: number, heightMin: number): Promise<Buffer> {
  const whole = await page.evaluate(() => document.documentElement.scrollHeight)
  const height = Math.min(Math.max(whole, heightMin), HEIGHT_PX_MAX)
  await page.setViewportSize({ width, height })
  await settle(page)
  const client = await page.context().newCDPSession(page)
  const { data } = await client.send('Page.captureScreenshot', { format: 'webp', quality: WEBP_QUALITY })
  await client.detach()
  await page.setViewportSize({ width, height: heightMin })
  return Buffer.from(data, 'base64')
}
