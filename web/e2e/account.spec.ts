import { expect, PASSWORD, register, test } from './journey.ts'

test('a wrong password is answered in the server’s words', async ({ page, request }) => {
  const email = await register(page)
  await page.getByRole('button', { name: 'Sign out' }).click()

  const answer = await request.post('/api/auth/login', { data: { email, password: 'not this one' } })
  const problem = (await answer.json()) as { code: string; detail: string }
  expect(problem.code).toBe('INVALID_CREDENTIALS')

  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill('not this one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toContainText(problem.detail.slice(1))

  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Projects' })).toBeVisible()
})

test('a reload keeps the user signed in; signing out does not', async ({ page }) => {
  await register(page)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Projects' })).toBeVisible()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('an address that was opened before signing in is there afterwards', async ({ page }) => {
  const email = await register(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.goto('/projects/prj_of_nobody')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert').first()).toBeVisible()
  expect(new URL(page.url()).pathname).toBe('/projects/prj_of_nobody')
})
