import type { Page } from '@playwright/test'
import { open } from 'node:fs/promises'
import { addScene, createProject, expect, generate, register, test, versions } from './journey.ts'

const PROMPT = 'a serene mountain landscape at golden hour'

test('from a prompt to a playing clip, and on to a film', async ({ page }) => {
  await register(page)
  await createProject(page, 'Golden hour')
  await addScene(page, PROMPT)

  await test.step('a clip is made while one watches', async () => {
    await watchProgress(page)
    await generate(page, { model: 'local', seconds: 2 })
    await expect(page.locator('video')).toBeVisible({ timeout: 60_000 })
    const seen = await readProgress(page)
    expect(seen.length, `progress seen: ${seen.join(' ')}`).toBeGreaterThan(1)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  })

  await test.step('it plays', async () => {
    const video = page.locator('video')
    await video.evaluate((element: HTMLVideoElement) => {
      element.muted = true
      return element.play()
    })
    await expect
      .poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime))
      .toBeGreaterThan(0.5)
  })

  await test.step('a second version is made, and the first one chosen', async () => {
    await generate(page, { model: 'local', seconds: 1 })
    await expect(versions(page)).toHaveCount(2)
    await expect(versions(page).filter({ hasText: 'Ready' })).toHaveCount(2, { timeout: 60_000 })
    await chooseVersion(page, 1)
    await chooseVersion(page, 0)
    await expect(versions(page).filter({ hasText: 'In the film' })).toHaveCount(1)
  })

  await test.step('one is cancelled, and tried again', async () => {
    await generate(page, { model: 'simulated', seconds: 1 })
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(versions(page).first()).toContainText('Cancelled')
    await page.getByRole('button', { name: 'Retry' }).click()
    await expect(versions(page)).toHaveCount(4)
    await expect(versions(page).first()).toContainText('Ready', { timeout: 60_000 })
    await expect(page.locator('video')).toBeVisible()
  })

  await test.step('the project is exported', async () => {
    await page.getByRole('button', { name: 'Export film' }).click()
    const film = page.getByRole('link', { name: 'Download film' })
    await expect(film).toBeVisible({ timeout: 60_000 })
    expect(await downloadStart(page, 'Download film')).toContain('ftyp')

    await page.getByRole('button', { name: 'Export storyboard' }).click()
    await expect(page.getByRole('link', { name: 'Download storyboard' })).toBeVisible({ timeout: 60_000 })
    expect(await downloadStart(page, 'Download storyboard')).not.toBe('')
  })

  await test.step('the list of projects shows it', async () => {
    await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link').click()
    const row = page.locator('.project-row').filter({ hasText: 'Golden hour' })
    await expect(row).toContainText('1 scene')
    await expect(row).toContainText('Ready')
    await expect(row.locator('img').first()).toBeVisible()
  })
})

/** Looks at a version and makes it the film's, unless it is already. */
async function chooseVersion(page: Page, index: number): Promise<void> {
  await versions(page).nth(index).click()
  const use = page.getByRole('button', { name: 'Use this one' })
  await expect(use.or(page.locator('.stage-chosen'))).toBeVisible()
  if (await use.isVisible()) await use.click()
  await expect(page.locator('.stage-chosen')).toBeVisible()
  await expect(versions(page).nth(index)).toContainText('In the film')
}

declare global {
  interface Window {
    progressSeen: number[]
  }
}

/** Notes every value that the bar takes from now on, however short it stands. */
async function watchProgress(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.progressSeen = []
    new MutationObserver(() => {
      const shown = document.querySelector('[aria-label="Clip progress"]')?.getAttribute('aria-valuenow')
      const value = Number(shown ?? Number.NaN)
      if (!Number.isNaN(value) && value !== window.progressSeen.at(-1)) window.progressSeen.push(value)
    }).observe(document.body, { subtree: true, childList: true, attributes: true })
  })
}

function readProgress(page: Page): Promise<number[]> {
  return page.evaluate(() => window.progressSeen)
}

/** The first bytes of what a link downloads, as Latin-1. */
async function downloadStart(page: Page, linkName: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: linkName }).click(),
  ])
  const file = await open(await download.path())
  const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0)
  await file.close()
  return buffer.subarray(0, bytesRead).toString('latin1')
}
