import { createProject, expect, PASSWORD, register, signOut, test } from './journey.ts'

test('a wrong password is answered in the server’s words', async ({ page, request }) => {
  const email = await register(page)
  await signOut(page)

  const answer = await request.post('/api/auth/login', { data: { email, password: 'not this one' } })
  const problem = (await answer.json()) as { code: string; detail: string }
  expect(problem.code).toBe('INVALID_CREDENTIALS')

  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill('not this one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toContainText(problem.detail.slice(1))

  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('button', { name: 'Your account' })).toBeVisible()
})

test('a reload keeps the user signed in; signing out does not', async ({ page }) => {
  await register(page)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Your account' })).toBeVisible()
  await signOut(page)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('an address that was opened before signing in is there afterwards', async ({ page }) => {
  const email = await register(page)
  await signOut(page)
  await page.goto('/projects/prj_of_nobody')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert').first()).toBeVisible()
  expect(new URL(page.url()).pathname).toBe('/projects/prj_of_nobody')
})

test('a token that runs out in the middle of an action goes unnoticed', async ({ page }) => {
  await register(page)
  let refusals = 0
  await page.route('**/api/projects', async (route) => {
    if (route.request().method() !== 'POST' || refusals > 0) return route.fallback()
    refusals += 1
    await route.fulfill({
      status: 401,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 401, code: 'TOKEN_EXPIRED', detail: 'the token has expired' }),
    })
  })
  const renewal = page.waitForResponse('**/api/auth/refresh')
  await createProject(page, 'After the renewal')
  expect((await renewal).status()).toBe(200)
  expect(refusals).toBe(1)
})
