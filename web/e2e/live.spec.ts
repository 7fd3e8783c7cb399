import { addScene, createProject, expect, generate, register, test, versions } from './journey.ts'

test('a clip is followed by a stream where no socket can be had', async ({ page }) => {
  await page.routeWebSocket(/\/ws\?/, (socket) => socket.close())
  await register(page)
  await createProject(page, 'Behind an old proxy')
  await addScene(page, 'a lighthouse in the fog')
  const stream = page.waitForResponse(/\/api\/generations\/[^/]+\/events$/)
  await generate(page, { model: 'simulated' })
  expect((await stream).headers()['content-type']).toContain('text/event-stream')
  await expect(versions(page).first()).toContainText('Ready', { timeout: 60_000 })
})

test('a clip is followed by asking where there is neither socket nor stream', async ({ page }) => {
  await page.routeWebSocket(/\/ws\?/, (socket) => socket.close())
  await page.route('**/events', (route) => route.fulfill({ status: 404, json: { code: 'NOT_FOUND' } }))
  await register(page)
  await createProject(page, 'Behind a strict proxy')
  await addScene(page, 'a lighthouse in the snow')
  await generate(page, { model: 'simulated' })
  await expect(page.getByText('Slow updates')).toBeVisible({ timeout: 30_000 })
  await expect(versions(page).first()).toContainText('Ready', { timeout: 60_000 })
})
