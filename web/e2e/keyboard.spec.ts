import type { Page } from '@playwright/test'
import { expect, register, test, versions } from './journey.ts'

test('the main job is done without a pointer', async ({ page }) => {
  await register(page)

  await test.step('a project and its scene', async () => {
    await tabTo(page, 'Title of the new project')
    await page.keyboard.type('By hand')
    await page.keyboard.press('Enter')
    await expect(page.getByLabel('What does this scene show?')).toBeFocused()
    await page.keyboard.type('a lighthouse at night')
    await tabTo(page, 'Add scene')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('a lighthouse at night')
  })

  await test.step('a clip is generated, chosen and watched', async () => {
    await tabTo(page, 'Model')
    await page.keyboard.type('Simul')
    await tabTo(page, 'Generate')
    await page.keyboard.press('Enter')
    await expect(versions(page).first()).toContainText('Ready', { timeout: 60_000 })
    await tabTo(page, 'player')
    await page.keyboard.press('?')
    await expect(page.getByRole('region', { name: 'Keys of the player' })).toBeVisible()
    await page.keyboard.press('Escape')
    await page.keyboard.press('.')
    await expect(page.locator('.timecode')).toContainText('0:00:01')
    // Repeated, so that it is still playing whenever one looks.
    await page.keyboard.press('r')
    await page.keyboard.press('Space')
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
    await page.keyboard.press('Space')
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
    await expect(versions(page).first()).toContainText('In the film')
  })

  await test.step('the film is exported', async () => {
    await tabTo(page, 'Export film')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('link', { name: 'Download film' })).toBeVisible({ timeout: 60_000 })
    await tabTo(page, 'Download film')
  })
})

/** Goes on with Tab until the control whose name holds the words has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const STOPS_MAX = 80
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      const isField = element instanceof HTMLInputElement || element instanceof HTMLSelectElement
      const labels: ArrayLike<HTMLLabelElement> = (isField ? element.labels : null) ?? []
      const label = Array.from(labels, ({ textContent }) => textContent).join(' ')
      return element?.getAttribute('aria-label') ?? (label === '' ? (element?.textContent ?? '') : label)
    })
    const isExact = name === 'Generate'
    if (isExact ? focused.trim() === name : focused.length < 200 && focused.includes(name)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${name}`)
}
