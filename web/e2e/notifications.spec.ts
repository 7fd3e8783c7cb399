import { expect, PASSWORD, register, test } from './journey.ts'
import { Program } from './program.ts'

test('a finished clip is told of, read, and stays read', async ({ page, baseURL }) => {
  const email = await register(page)
  await page.goto('/notifications')
  await expect(page.getByText('Nothing yet.')).toBeVisible()
  const program = await Program.signIn(baseURL ?? '', { email, password: PASSWORD })
  await program.generate('News', 'a lighthouse in a storm')
  await program.generate('More news', 'a train in the snow')

  const list = page.getByRole('list', { name: 'Notifications' })
  const unread = list.getByText('Unread:')
  await expect
    .poll(
      async () => {
        await page.reload()
        await expect(list.or(page.getByText('Nothing yet.'))).toBeVisible()
        return unread.count()
      },
      { timeout: 60_000, intervals: [2_000] },
    )
    .toBe(2)

  await page.route('**/api/notifications/read', (route) =>
    route.fulfill({
      status: 429,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 429, code: 'RATE_LIMITED', detail: 'that was too much at once' }),
    }),
  )
  const complaint = page.getByRole('alert').filter({ hasText: 'That was too much at once.' })
  await list
    .getByRole('button', { name: /Mark as read/ })
    .first()
    .click()
  await expect(complaint).toBeVisible()
  await expect(unread).toHaveCount(2)
  await page.unroute('**/api/notifications/read')

  await list
    .getByRole('button', { name: /Mark as read/ })
    .first()
    .click()
  await expect(unread).toHaveCount(1)
  await expect(complaint).toHaveCount(0)
  await page.getByRole('button', { name: 'Mark all as read' }).click()
  await expect(unread).toHaveCount(0)
  await expect(page.getByRole('link', { name: 'Notifications', exact: true })).toBeVisible()
  await page.reload()
  await expect(list).toBeVisible()
  await expect(unread).toHaveCount(0)

  await list.getByRole('link', { name: /Your clip is ready: a lighthouse/ }).click()
  await expect(page).toHaveURL(/\/projects\/prj_[^/]+\/scenes\/scn_/)
  await expect(page.getByRole('heading', { name: 'News' })).toBeVisible()
})
