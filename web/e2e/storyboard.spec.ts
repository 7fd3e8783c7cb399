import type { Page } from '@playwright/test'
import { addScene, createProject, expect, generate, register, test } from './journey.ts'

const PROMPTS = ['the first', 'the second', 'the third', 'the fourth']

async function begin(page: Page): Promise<void> {
  await register(page)
  await createProject(page, 'Storyboard')
  for (const [place, prompt] of PROMPTS.entries()) {
    if (place > 0) await page.getByRole('link', { name: 'Add scene' }).click()
    await addScene(page, prompt)
  }
  await expect.poll(() => order(page)).toEqual(PROMPTS)
}

function frames(page: Page) {
  return page.locator('.strip-link[aria-label]')
}

/** The prompts in the order of the strip. */
function order(page: Page): Promise<string[]> {
  return frames(page).evaluateAll((links) =>
    links.map((link) => (link.getAttribute('aria-label') ?? '').replace(/^Scene \d+: /, '')),
  )
}

function orderAnswer(page: Page) {
  return page.waitForResponse((response) => response.url().endsWith('/scenes/order'))
}

test('scenes are moved by keyboard: picked up, moved, put down, put back', async ({ page }) => {
  await begin(page)

  await test.step('arrow keys go from frame to frame', async () => {
    await frames(page).first().focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await expect(frames(page).nth(2)).toBeFocused()
  })

  await test.step('escape puts it back', async () => {
    await page.keyboard.press('Space')
    await expect(page.locator('.strip-frame.lifted')).toHaveCount(1)
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Escape')
    await expect(page.locator('.strip-frame.lifted')).toHaveCount(0)
    expect(await order(page)).toEqual(PROMPTS)
  })

  await test.step('space puts it down, and the new order stays', async () => {
    await page.keyboard.press('Space')
    await page.keyboard.press('Home')
    const [answer] = await Promise.all([orderAnswer(page), page.keyboard.press('Space')])
    expect(answer.status()).toBe(204)
    const moved = ['the third', 'the first', 'the second', 'the fourth']
    await expect.poll(() => order(page)).toEqual(moved)
    await expect(frames(page).first()).toBeFocused()
    await page.reload()
    await expect.poll(() => order(page)).toEqual(moved)
  })
})

test('scenes are moved by pointer, and escape lets go', async ({ page }) => {
  await begin(page)
  // A frame with a picture: a browser has drags of its own for pictures.
  await generate(page, { model: 'simulated' })
  await expect(page.locator('.strip img')).toBeVisible({ timeout: 60_000 })

  await test.step('a frame follows the pointer and stands where it is dropped', async () => {
    await drag(page, 0, 2)
    const [answer] = await Promise.all([orderAnswer(page), page.mouse.up()])
    expect(answer.status()).toBe(204)
    await expect.poll(() => order(page)).toEqual(['the second', 'the third', 'the first', 'the fourth'])
  })

  await test.step('the scene on the table is still the one that was open', async () => {
    await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('the fourth')
  })

  await test.step('escape while dragging changes nothing', async () => {
    await drag(page, 3, 0)
    await page.keyboard.press('Escape')
    await page.mouse.up()
    await expect(page.locator('.strip-frame.lifted')).toHaveCount(0)
    expect(await order(page)).toEqual(['the second', 'the third', 'the first', 'the fourth'])
  })

  await test.step('an order that is refused is taken back, and said', async () => {
    await page.route('**/scenes/order', (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        body: JSON.stringify({ status: 409, code: 'CONFLICT', detail: 'the scenes were changed meanwhile' }),
      }),
    )
    await drag(page, 0, 1)
    await page.mouse.up()
    await expect(page.getByRole('alert')).toContainText('The scenes were changed meanwhile.')
    await expect.poll(() => order(page)).toEqual(['the second', 'the third', 'the first', 'the fourth'])
    await page.unroute('**/scenes/order')
    const [answer] = await Promise.all([
      orderAnswer(page),
      page.getByRole('button', { name: 'Try again' }).click(),
    ])
    expect(answer.status()).toBe(204)
    await expect.poll(() => order(page)).toEqual(['the third', 'the second', 'the first', 'the fourth'])
  })
})

/** Takes a frame with the mouse to the middle of another place and holds it there. */
async function drag(page: Page, from: number, to: number): Promise<void> {
  await page.locator('.storyboard').scrollIntoViewIfNeeded()
  const start = await middleOf(page, from)
  const end = await middleOf(page, to)
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move((start.x + end.x) / 2, start.y, { steps: 4 })
  await page.mouse.move(end.x, end.y, { steps: 4 })
  await expect(page.locator('.strip-frame.lifted')).toHaveCount(1)
}

async function middleOf(page: Page, place: number): Promise<{ x: number; y: number }> {
  const box = await frames(page).nth(place).boundingBox()
  if (box === null) throw new Error(`frame ${place} is not on the page`)
  return { x: box.x + box.width / 2, y: box.y + box.height / 3 }
}

test('a scene is duplicated beside itself, and a prompt that two write loses nothing', async ({ page }) => {
  await begin(page)
  await frames(page).nth(1).click()

  await test.step('duplicate', async () => {
    await page.getByRole('button', { name: 'Duplicate' }).click()
    await expect
      .poll(() => order(page))
      .toEqual(['the first', 'the second', 'the second', 'the third', 'the fourth'])
    await expect(frames(page).nth(2)).toHaveAttribute('aria-current', 'true')
  })

  await test.step('two write', async () => {
    const other = await page.context().newPage()
    // A tab of its own has its own session storage; it signs in with what the first one has.
    await copySession(page, other)
    // What is written here is held back until the other is saved, so that neither has seen the other's words.
    let letGo: () => void = () => undefined
    const isSavedThere = new Promise<void>((resolve) => (letGo = resolve))
    await page.route('**/api/scenes/*', async (route) => {
      await isSavedThere
      await route.continue()
    })
    await page.getByRole('textbox', { name: 'Prompt' }).fill('written here')
    await other.getByRole('textbox', { name: 'Prompt' }).fill('written there')
    await expect(other.getByText('Saved', { exact: true })).toBeVisible()
    letGo()
    await expect(page.getByText('Changed elsewhere', { exact: true })).toBeVisible()
    const conflict = page.getByRole('alert').filter({ hasText: 'changed elsewhere' })
    await expect(conflict).toContainText('written there')
    await expect(conflict).toContainText('written here')
    await page.getByRole('button', { name: 'Keep mine' }).click()
    await expect(page.getByText('Saved', { exact: true })).toBeVisible()
    await other.reload()
    await expect(other.getByRole('textbox', { name: 'Prompt' })).toHaveValue('written here')
    await other.close()
  })
})

async function copySession(from: Page, to: Page): Promise<void> {
  const kept = await from.evaluate(() => Object.entries(window.sessionStorage) as [string, string][])
  await to.addInitScript((entries) => {
    for (const [key, value] of entries) {
      if (window.sessionStorage.getItem(key) === null) window.sessionStorage.setItem(key, value)
    }
  }, kept)
  await to.goto(from.url())
}
