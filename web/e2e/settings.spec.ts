import type { Page } from '@playwright/test'
import { expect, PASSWORD, register, signOut, test } from './journey.ts'

test('a key is made, works, and is worth nothing once it is revoked', async ({ page, request }) => {
  await register(page)
  await page.goto('/settings/keys')
  await expect(page.getByText('No key yet.')).toBeVisible()
  await page.getByLabel('What the key is for').fill('Nightly export')
  await page.getByLabel('Write: make, change and delete').uncheck()
  await page.getByRole('button', { name: 'Make key' }).click()
  const secret = (await page.getByLabel('Secret of the key').textContent()) ?? ''
  expect(secret).toMatch(/^vsk_/)

  const headers = { Authorization: `Bearer ${secret}` }
  expect((await request.get('/api/projects', { headers })).status()).toBe(200)
  const refused = await request.post('/api/projects', { headers, data: { title: 'Not allowed' } })
  expect(refused.status()).toBe(403)

  await page.getByRole('button', { name: 'I have stored it' }).click()
  await expect(page.getByText(secret)).toHaveCount(0)
  await page.getByRole('button', { name: 'Revoke Nightly export' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click()
  await expect(page.getByText('No key yet.')).toBeVisible()
  expect((await request.get('/api/projects', { headers })).status()).toBe(401)
})

test('a login that is ended is signed out in the other browser', async ({ page, browser, baseURL }) => {
  const email = await register(page)
  const other = await (await browser.newContext({ baseURL: baseURL ?? '' })).newPage()
  await other.goto('/settings/profile')
  await signIn(other, email, PASSWORD)
  await expect(other.getByRole('heading', { name: 'Profile' })).toBeVisible()

  await page.goto('/settings/logins')
  const rows = page.getByRole('list', { name: 'Logins' }).getByRole('listitem')
  await expect(rows).toHaveCount(2)
  await expect(rows.filter({ hasText: 'This one' })).toHaveCount(1)
  await rows.getByRole('button', { name: /^End/ }).click()
  await expect(rows).toHaveCount(1)
  await expect(page.getByText('You are signed in nowhere else.')).toBeVisible()

  await other.reload()
  await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await other.context().close()
})

test('a changed password is the one that signs in', async ({ page }) => {
  const email = await register(page)
  const changed = 'another lamp, another wall'
  await page.goto('/settings/security')
  await page.getByLabel('Present password').fill('not this one')
  await page.getByLabel('New password').fill(changed)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await page.getByLabel('Present password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('All other logins have ended.', { exact: false }).last()).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)

  await signOut(page)
  await signIn(page, email, PASSWORD)
  await expect(page.getByRole('alert')).toBeVisible()
  await signIn(page, email, changed)
  await expect(page.getByRole('button', { name: 'Your account' })).toBeVisible()
})

test('the name and the look are one’s own', async ({ page }) => {
  await register(page)
  await page.goto('/settings')
  await page.getByLabel('Name').fill('Edith Laura')
  await page.getByRole('button', { name: 'Save name' }).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Your account' }).click()
  await expect(page.getByText('Edith Laura', { exact: true })).toBeVisible()
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: 'Appearance' }).click()
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.getByRole('radio', { name: 'System' }).check({ force: true })
  await expect(page.locator('html')).not.toHaveAttribute('data-theme', /.*/)
})

test('an account is deleted only when it is meant', async ({ page }) => {
  const email = await register(page)
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Delete account' }).click()
  const act = page.getByRole('button', { name: 'Delete for good' })
  await page.getByLabel('Your password').fill(PASSWORD)
  await expect(act).toBeDisabled()
  await page.getByLabel(`Type ${email} to confirm`).fill(email)
  await act.click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await signIn(page, email, PASSWORD)
  await expect(page.getByRole('alert')).toBeVisible()
})

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
