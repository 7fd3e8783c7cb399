import type { Page, TestInfo } from '@playwright/test'
import { addScene, createProject, expect, generate, openProjects, register, test } from './journey.ts'

const WINDOWS = [
  { width: 390, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'light' },
  { width: 2560, colorScheme: 'dark' },
] as const

for (const { width, colorScheme } of WINDOWS) {
  test.describe(`${width} px, ${colorScheme}`, () => {
    test.use({ viewport: { width, height: width === 390 ? 844 : 900 }, colorScheme })

    test('no page is wider than its window', async ({ page }, testInfo) => {
      await page.goto('/')
      await expectToFit(page, testInfo, 'sign-in')
      await register(page)
      await expectToFit(page, testInfo, 'projects-empty')
      await createProject(page, 'A title that is long enough to need more than one line on a telephone')
      await expectToFit(page, testInfo, 'scene-new')
      await addScene(page, 'a serene mountain landscape at golden hour, with a word-that-is-too-long-to-fit')
      await generate(page, { model: 'simulated' })
      await expect(page.getByRole('progressbar').first()).toBeVisible()
      await expectToFit(page, testInfo, 'scene-running')
      await page.getByRole('button', { name: 'Cancel' }).click()
      await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
      await openProjects(page)
      await expect(page.locator('.project-row')).toBeVisible()
      await expectToFit(page, testInfo, 'projects')
      for (const name of ['Credits', 'Notifications', 'Settings']) {
        await page.getByRole('button', { name: 'Your account' }).click()
        await expectToFit(page, testInfo, `menu-over-${name}`)
        await page.getByRole('menuitem', { name }).click()
        await expect(page.getByRole('heading', { level: 1, name })).toBeFocused()
        await expectToFit(page, testInfo, name)
      }
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('combobox')).toBeFocused()
      await expectToFit(page, testInfo, 'palette')
    })
  })
}

async function expectToFit(page: Page, testInfo: TestInfo, name: string): Promise<void> {
  const path = testInfo.outputPath(`${name}.png`)
  await page.screenshot({ path, fullPage: true })
  await testInfo.attach(name, { path, contentType: 'image/png' })
  const excess = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth - clientWidth
  })
  expect(excess, `${name} is wider than its window`).toBe(0)
}
