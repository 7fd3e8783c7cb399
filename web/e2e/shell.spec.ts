import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { createProject, expect, openProjects, register, test } from './journey.ts'

test('the palette goes to a project and does things, by keyboard alone', async ({ page }) => {
  await register(page)
  await openProjects(page)
  await createProject(page, 'Lanterns')
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox')
  await expect(field).toBeFocused()
  await field.fill('sett')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeFocused()

  await page.keyboard.press('Control+k')
  await field.fill('lant')
  await expect(page.getByRole('option', { name: /Lanterns/ }).first()).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Lanterns' })).toBeVisible()

  await page.keyboard.press('Control+k')
  await field.fill('A new film')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'A new film' })).toBeVisible()

  await page.keyboard.press('Control+k')
  await page.keyboard.press('Escape')
  await expect(field).toHaveCount(0)
})

test('a theme is chosen in the menu and is there before the first paint of the next visit', async ({
  page,
}) => {
  await register(page)
  await page.getByRole('button', { name: 'Your account' }).press('Enter')
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Your account' })).toBeFocused()
  await page.reload({ waitUntil: 'commit' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  expect(ground).toBe('rgb(25, 21, 18)')
})

test('what is no page, and what is not for creators, is said to be none', async ({ page }) => {
  await register(page)
  for (const address of ['/nowhere', '/admin/users']) {
    await page.goto(address)
    await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible()
  }
})

test('a part of the app that is gone loads the page once, and is then said to be missing', async ({
  page,
}) => {
  await register(page)
  let loads = 0
  page.on('load', () => (loads += 1))
  await page.route(/assets\/SettingsPage-.*\.js$/, (route) => route.fulfill({ status: 404 }))
  await page.goto('/settings')
  await expect(page.getByRole('heading', { name: 'This page could not be shown' })).toBeVisible()
  await expect(page.getByText('does not have a part of this page')).toBeVisible()
  expect(loads).toBe(2)
  await page.unroute(/assets\/SettingsPage-.*\.js$/)
  await page.getByRole('button', { name: 'Load the page again' }).click()
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
})

test('what a visit took is told when it ends, and stands among the metrics', async ({ page }) => {
  const told = /^vitascope_web_vital_duration_seconds_count\{page="sign_in",vital="fcp"\} [1-9]/m
  await expect
    .poll(async () => {
      // A visit that ended before its measuring began tells nothing; the next one does.
      await page.goto('/sign-in')
      await page.goto('about:blank')
      return (await page.request.get('/metrics')).text()
    })
    .toMatch(told)
})

for (const theme of ['light', 'dark'] as const) {
  test(`the shell is accessible, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await register(page)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Your account' }).click()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('combobox')).toBeFocused()
    await expectAccessible(page)
  })
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)
  expect(found).toEqual([])
}
