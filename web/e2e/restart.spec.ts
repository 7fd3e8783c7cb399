import { addScene, createProject, expect, generate, register, test, versions } from './journey.ts'

test.use({ areOutagesExpected: true })

test('a clip that is being made when the server dies is finished after it is back', async ({
  page,
  server,
}) => {
  await register(page)
  await createProject(page, 'Power cut')
  await addScene(page, 'a lighthouse in a storm')
  await generate(page, { model: 'simulated' })
  const bar = page.getByRole('progressbar', { name: 'Clip progress' })
  await expect.poll(async () => Number((await bar.getAttribute('aria-valuenow')) ?? 0)).toBeGreaterThan(5)

  await server?.crash()
  await expect(page.getByText('Reconnecting')).toBeVisible()
  await page.getByRole('textbox', { name: 'Prompt' }).fill('a lighthouse after the storm')
  await expect(page.getByText('Not saved', { exact: true })).toBeVisible()

  await server?.restart()
  await expect(page.getByText('Reconnecting')).toBeHidden({ timeout: 30_000 })
  await expect(versions(page).first()).toContainText('Ready', { timeout: 60_000 })
  await expect(page.locator('video')).toBeVisible()

  await page.getByRole('button', { name: 'Save again' }).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
})
