import { expect, PASSWORD, register, test } from './journey.ts'
import { Program } from './program.ts'

test('what a clip costs is in the ledger, and leads to its scene', async ({ page, baseURL }) => {
  const email = await register(page)
  const program = await Program.signIn(baseURL ?? '', { email, password: PASSWORD })
  const { projectId, sceneId } = await program.generate('Ledger', 'a calm sea under a full moon')

  await page.goto('/credits')
  const ledger = page.getByRole('list', { name: 'Ledger' })
  await expect(ledger.getByText('Credits added')).toBeVisible()
  await expect(ledger.getByText('Reserved for a clip')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Spent by day' })).toBeVisible()
  await expect(page.getByText('Nothing is reserved')).toHaveCount(0)

  await expect
    .poll(
      async () => {
        await page.reload()
        await expect(ledger.getByText('Credits added')).toBeVisible()
        return ledger.getByText('Clip made').count()
      },
      { timeout: 60_000, intervals: [2_000] },
    )
    .toBe(1)
  await expect(page.getByText('Nothing is reserved')).toBeVisible()

  await ledger
    .getByRole('link', { name: /Show the scene/ })
    .first()
    .click()
  await expect(page).toHaveURL(`/projects/${projectId}/scenes/${sceneId}`)
  await page.goto('/generations/gen_of_nobody')
  await expect(page.getByRole('heading', { name: 'This clip is not there' })).toBeVisible()
})
