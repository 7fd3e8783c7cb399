import { addScene, createProject, expect, generate, register, test } from './journey.ts'

test('all scenes that need a clip get one, and each is told what became of it', async ({ page }) => {
  await register(page)
  await createProject(page, 'Many scenes')

  await test.step('a template gives the scenes', async () => {
    await page.getByRole('button', { name: 'Begin with a template' }).click()
    await page.getByRole('button', { name: 'Use “By the sea”' }).click()
    await expect(page.locator('.strip-link[aria-label]')).toHaveCount(3)
    await page.getByRole('link', { name: 'Add scene' }).click()
    await addScene(page, 'an island in the mist')
  })

  await test.step('the cost is known before, and a refusal is told of its scene', async () => {
    let asked = 0
    await page.route('**/generate', async (route) => {
      asked += 1
      if (asked !== 2) return route.continue()
      await route.fulfill({
        status: 422,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          status: 422,
          code: 'VALIDATION_FAILED',
          detail: 'these words are not allowed',
        }),
      })
    })
    await page.getByRole('button', { name: 'Generate missing clips (4)' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Model').selectOption('simulated')
    await expect(dialog.locator('.cost-sum')).toHaveText(/^\d+ credits?$/)
    await expect(dialog.getByText('You have')).toBeVisible()
    await dialog.getByRole('button', { name: 'Generate 4 clips' }).click()
    await expect(dialog.getByText('Accepted', { exact: true })).toHaveCount(3)
    await expect(dialog.getByText('These words are not allowed.')).toBeVisible()
  })

  await test.step('the one that is missing is asked for again', async () => {
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Ask again' }).click()
    await expect(dialog.getByText('Accepted', { exact: true })).toHaveCount(4)
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
  })

  await test.step('all are made, and seen in the strip', async () => {
    await expect(page.locator('.strip').getByText('Ready')).toHaveCount(4, { timeout: 90_000 })
    await expect(page.getByRole('button', { name: 'Generate many' })).toBeVisible()
  })
})

test('an account without credits is told what is missing', async ({ page }) => {
  await register(page)
  await createProject(page, 'No credits')
  await addScene(page, 'a dry well')
  await page.route('**/generate', (route) =>
    route.fulfill({
      status: 402,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        status: 402,
        code: 'INSUFFICIENT_CREDITS',
        detail: 'this clip costs 2 credits and you have 1',
      }),
    }),
  )
  await generate(page, { model: 'simulated', seconds: 2 })
  await expect(page.getByRole('alert')).toContainText('This clip costs 2 credits and you have 1.')
  await expect(page.getByText('Nothing was taken.')).toBeVisible()
})
