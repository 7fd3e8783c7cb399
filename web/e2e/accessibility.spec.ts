import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { callAs, makeFilm } from './content.ts'
import { expect, test } from './journey.ts'
import { ADMIN } from './server.ts'

/** Nearly fifty looks, each of which takes a second when the machine is busy. */
const TEST_MS_MAX = 300_000

// A trace of all of them is larger than what it could tell.
test.use({ trace: 'off' })

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']

/** Colours do not depend on the width, nor the structure on the theme: two looks see every width and every theme. */
const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const

/** Pages that are the same for everybody who is signed in, and what each shows when it has its content. */
const PAGES = [
  ['/', 'Recent clips'],
  ['/projects', 'Projects'],
  ['/credits', 'Credits'],
  ['/notifications', 'Notifications'],
  ['/settings/profile', 'Settings'],
  ['/settings/keys', 'API keys'],
  ['/settings/logins', 'Logins'],
  ['/settings/security', 'Delete the account'],
  ['/admin/users', 'Accounts'],
  ['/admin/audit', 'Accounts'],
  ['/admin/queue', 'Queues'],
  ['/nowhere', 'There is no such page'],
] as const

test('nothing that axe knows of keeps anybody out of a page', async ({ page, server }) => {
  test.setTimeout(TEST_MS_MAX)
  const check = async (name: string) => expect.soft(await findViolations(page), name).toEqual([])
  await page.emulateMedia({ reducedMotion: 'reduce' })

  await page.goto('/')
  await expectHeading(page, 'Sign in')
  await check('sign-in')
  await page.getByRole('link', { name: 'Register' }).click()
  await expectHeading(page, 'Register')
  await check('register')

  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(ADMIN.email)
  await page.getByLabel('Password').fill(ADMIN.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expectHeading(page, 'Make your first film')
  await check('dashboard without a film')

  const call = await callAs(server?.url ?? '', ADMIN.email, ADMIN.password)
  const projectId = await makeFilm(call, {
    title: 'The keeper of the light',
    model: 'simulated',
    scenes: [
      { prompt: 'a lighthouse at night', seeds: [1, 2] },
      { prompt: 'a calm sea at dawn', seeds: [] },
    ],
  })
  await call('POST', '/api/keys', { name: 'Evening render', scopes: ['read'] })

  for (const [address, heading] of PAGES) {
    await page.goto(address)
    await expectHeading(page, heading)
    await check(address)
  }

  await page.goto(`/projects/${projectId}`)
  await expect(page.locator('.version').filter({ hasText: 'Ready' })).toHaveCount(2)
  await check('editor')
  await page.getByRole('button', { name: 'Compare with this one' }).click()
  await expect(page.locator('video')).toHaveCount(2)
  await check('editor, two versions side by side')
  await page.goto(`/projects/${projectId}/scenes/new`)
  await expect(page.getByLabel('What does this scene show?')).toBeVisible()
  await check('editor, a new scene')

  await page.getByRole('button', { name: 'Your account' }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await check('account menu')
  await page.keyboard.press('Escape')
  await page.goto('/settings/keys')
  await expectHeading(page, 'API keys')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: /^Go to/ })).toBeFocused()
  await check('command palette')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Revoke Evening render' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await check('dialog')
})

function expectHeading(page: Page, name: string): Promise<void> {
  return expect(page.getByRole('heading', { name, exact: true }).first()).toBeVisible()
}

/** What axe finds on the page as it is. */
async function findViolations(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const { width, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height: 844 })
    await page.emulateMedia({ colorScheme })
    // The legacy mode looks into no frames of other origins, of which there are none, and so needs no second page.
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze()
    for (const { id, nodes } of violations) {
      found.push(`${width} px, ${colorScheme}: ${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
    }
  }
  return found
}
