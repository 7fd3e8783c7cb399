import type { Page } from '@playwright/test'
import { expect, PASSWORD, register, test } from './journey.ts'
import { Program } from './program.ts'

const PROJECTS = 10_000

/** Far enough down that several pages had to be fetched. */
const FAR_DOWN = 180

/** Rows that may be in the document, however many there are. */
const ROWS_MAX = 60

test('a list of ten thousand stays short in the document, and is where it was on return', async ({
  page,
  baseURL,
}) => {
  // A busy machine takes a while to make them all.
  test.setTimeout(300_000)
  const email = await register(page)
  const program = await Program.signIn(baseURL ?? '', { email, password: PASSWORD })
  await program.addProjects(Array.from({ length: PROJECTS }, (_, place) => `Film ${place + 1}`))

  await page.goto('/projects')
  await expect(rows(page).first()).toBeVisible()
  await countRows(page)
  await expect
    .poll(
      async () => {
        await page.mouse.wheel(0, 6_000)
        return lastPlace(page)
      },
      { timeout: 60_000, intervals: [100] },
    )
    .toBeGreaterThan(FAR_DOWN)
  expect(await page.evaluate(() => window.rowsSeenMax)).toBeLessThanOrEqual(ROWS_MAX)

  const place = await middlePlace(page)
  const row = page.locator(`[aria-posinset="${place}"]`)
  const link = row.getByRole('heading').getByRole('link')
  const title = (await link.textContent()) ?? ''
  const top = await topOf(page, place)
  await link.click()
  await expect(page.getByRole('heading', { name: title, exact: true })).toBeVisible()

  await page.goBack()
  await expect(row).toBeVisible()
  await expect(link).toHaveText(title)
  await expect.poll(async () => Math.abs((await topOf(page, place)) - top)).toBeLessThan(4)
})

test('a project is renamed, named back, and deleted in the list', async ({ page, baseURL }) => {
  const email = await register(page)
  const program = await Program.signIn(baseURL ?? '', { email, password: PASSWORD })
  await program.addProjects(['First cut', 'Other'])
  await page.goto('/projects')

  await page.getByRole('button', { name: 'What to do with First cut' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByLabel('Title of First cut').fill('Final cut')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('link', { name: 'Final cut' })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('link', { name: 'First cut' })).toBeVisible()

  await page.getByRole('button', { name: 'What to do with First cut' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete project' }).click()
  await expect(page.getByRole('link', { name: 'First cut' })).toHaveCount(0)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('link', { name: 'Other' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'First cut' })).toHaveCount(0)
})

declare global {
  interface Window {
    rowsSeenMax: number
  }
}

function rows(page: Page) {
  return page.getByRole('list', { name: 'Projects' }).locator('[aria-posinset]')
}

/** Notes the most rows that are ever in the document from now on. */
async function countRows(page: Page): Promise<void> {
  await page.evaluate(() => {
    const count = () => {
      const shown = document.querySelectorAll('.virtual-row').length
      window.rowsSeenMax = Math.max(window.rowsSeenMax, shown)
    }
    window.rowsSeenMax = 0
    count()
    new MutationObserver(count).observe(document.body, { subtree: true, childList: true })
  })
}

function lastPlace(page: Page): Promise<number> {
  return page.evaluate(() => {
    const places = Array.from(document.querySelectorAll('[aria-posinset]'))
    return Math.max(0, ...places.map((row) => Number(row.getAttribute('aria-posinset'))))
  })
}

/** The place in the list of a row within the window, once the list has come to rest. */
async function middlePlace(page: Page): Promise<number> {
  const find = () =>
    page.evaluate(() => {
      const row = Array.from(document.querySelectorAll('[aria-posinset]')).find(
        (shown) => shown.getBoundingClientRect().top > window.innerHeight / 4,
      )
      return `${row?.getAttribute('aria-posinset') ?? ''} ${row?.getBoundingClientRect().top ?? ''}`
    })
  let before = ''
  let now = await find()
  await expect
    .poll(
      async () => {
        before = now
        now = await find()
        return !now.startsWith(' ') && now === before
      },
      { intervals: [200] },
    )
    .toBe(true)
  return Number(now.split(' ')[0])
}

function topOf(page: Page, place: number): Promise<number> {
  return page.evaluate(
    (wanted) => document.querySelector(`[aria-posinset="${wanted}"]`)?.getBoundingClientRect().top ?? -10_000,
    place,
  )
}
