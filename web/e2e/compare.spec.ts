import type { Page } from '@playwright/test'
import { addScene, createProject, expect, generate, register, test, versions } from './journey.ts'

test('two versions are compared in step, and one is chosen', async ({ page }) => {
  await register(page)
  await createProject(page, 'Two versions')
  await addScene(page, 'a calm lake at dawn')
  await generate(page, { model: 'simulated', seconds: 2 })
  await expect(versions(page).filter({ hasText: 'Ready' })).toHaveCount(1, { timeout: 60_000 })
  await page.getByRole('textbox', { name: 'Prompt' }).fill('a stormy lake at dawn')
  await generate(page, { model: 'simulated', seconds: 2 })
  await expect(versions(page)).toHaveCount(2)
  await expect(versions(page).filter({ hasText: 'Ready' })).toHaveCount(2, { timeout: 60_000 })

  await test.step('side by side, with what differs', async () => {
    await page.getByRole('button', { name: 'Compare with this one' }).click()
    await expect(page.locator('video')).toHaveCount(2)
    await expect(page).toHaveURL(/compare=/)
    await expect(page.locator('.recipe-table mark')).toHaveText(['stormy ', 'calm '])
    await expect(page.getByRole('row', { name: /Seed differs/ })).toBeVisible()
    await expect(page.getByRole('row', { name: /Model the same/ })).toBeVisible()
  })

  await test.step('they play and step as one', async () => {
    await loaded(page)
    await page.locator('.player').focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Home')
    await page.keyboard.press('.')
    await page.keyboard.press('.')
    await expect(page.locator('.timecode')).toContainText('0:00:02')
    await expect.poll(async () => (await times(page)).map((time) => Math.floor(time * 24))).toEqual([2, 2])
    await page.keyboard.press('k')
    await expect.poll(async () => Math.min(...(await times(page)))).toBeGreaterThan(0.5)
    await page.keyboard.press('k')
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
    const [first, second] = await times(page)
    expect(first).toBeCloseTo(second ?? -1, 3)
  })

  await test.step('the address brings the same back, and "back" leads out', async () => {
    await page.reload()
    await expect(page.locator('video')).toHaveCount(2)
    await page.getByRole('button', { name: 'Use A' }).click()
    await expect(versions(page).nth(0)).toContainText('In the film')
    await page.goBack()
    await expect(page.locator('video')).toHaveCount(1)
    await expect(page).not.toHaveURL(/compare=/)
  })

  await test.step('a version has an address too', async () => {
    await versions(page).nth(0).click()
    await expect(page).toHaveURL(/version=/)
    await page.reload()
    await expect(versions(page).nth(0)).toHaveAttribute('aria-pressed', 'true')
    await expect(page.locator('.stage-chosen')).toBeVisible()
  })
})

function times(page: Page): Promise<number[]> {
  return page
    .locator('video')
    .evaluateAll((videos) => videos.map((video) => (video as HTMLVideoElement).currentTime))
}

async function loaded(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page
        .locator('video')
        .evaluateAll((videos) => videos.every((video) => (video as HTMLVideoElement).readyState >= 3)),
    )
    .toBe(true)
}
