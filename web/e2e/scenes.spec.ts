import { addScene, createProject, expect, register, test } from './journey.ts'

test('scenes are written, moved by keyboard and button, and deleted', async ({ page }) => {
  await register(page)
  await createProject(page, 'Three scenes')
  await addScene(page, 'the first')
  for (const prompt of ['the second', 'the third']) {
    await page.getByRole('link', { name: 'Add scene' }).click()
    await addScene(page, prompt)
  }
  const frames = page.locator('.strip-link[aria-label]')
  const order = () => frames.evaluateAll((links) => links.map((link) => link.getAttribute('aria-label')))
  await expect.poll(order).toEqual(['Scene 1: the first', 'Scene 2: the second', 'Scene 3: the third'])

  await test.step('a prompt saves itself', async () => {
    await page.getByRole('textbox', { name: 'Prompt' }).fill('the last')
    await expect(page.getByText('Saved', { exact: true })).toBeVisible()
    await page.reload()
    await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue('the last')
  })

  await test.step('order follows keys and buttons, and stays', async () => {
    await frames.nth(2).press('Alt+ArrowLeft')
    await expect.poll(order).toEqual(['Scene 1: the first', 'Scene 2: the last', 'Scene 3: the second'])
    const [moved] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/scenes/order')),
      page.getByRole('button', { name: 'Move scene earlier' }).click(),
    ])
    expect(moved.status()).toBe(204)
    await page.reload()
    await expect.poll(order).toEqual(['Scene 1: the last', 'Scene 2: the first', 'Scene 3: the second'])
  })

  await test.step('a scene goes only after asking', async () => {
    await page.getByRole('button', { name: 'Delete scene' }).click()
    await page.getByRole('button', { name: 'Keep it' }).click()
    await expect(frames).toHaveCount(3)
    await page.getByRole('button', { name: 'Delete scene' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete scene' }).click()
    await expect.poll(order).toEqual(['Scene 1: the first', 'Scene 2: the second'])
  })

  await test.step('a project is renamed, then deleted', async () => {
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByLabel('Title of the project').fill('Two scenes')
    await page.getByRole('button', { name: 'Save title' }).click()
    await expect(page.getByRole('heading', { name: 'Two scenes' })).toBeVisible()
    await page.getByRole('button', { name: 'Delete project' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete project' }).click()
    await expect(page.getByRole('heading', { name: 'Projects' })).toBeVisible()
    await expect(page.getByText('Nothing here yet.')).toBeVisible()
  })
})
