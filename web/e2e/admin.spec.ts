import type { Page } from '@playwright/test'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, PASSWORD, test } from './journey.ts'
import { Program } from './program.ts'
import { ADMIN } from './server.ts'

test('a queue is paused, its job waits and is moved, and goes on when it is resumed', async ({
  page,
  baseURL,
}) => {
  const creator = await Program.register(baseURL ?? '', { email: addressOf('queue'), password: PASSWORD })
  await signInAsAdmin(page, '/admin/queue')
  await page.getByRole('button', { name: 'Pause models' }).click()
  await expect(page.getByRole('button', { name: 'Resume models' })).toBeVisible()
  await creator.generate('Paused', 'a lamp that is off')

  await page.getByRole('link', { name: 'models', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Jobs of models' })).toBeVisible()
  const jobs = page.getByRole('region', { name: 'Jobs of models' }).getByRole('table')
  await jobs.getByRole('button', { name: /^Inspect job_/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Priority').fill('7')
  await dialog.getByRole('button', { name: 'Set priority' }).click()
  await expect(dialog.locator('.job-facts')).toContainText('Priority7')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Resume models' }).click()
  await expect(page.getByRole('button', { name: 'Pause models' })).toBeVisible()
  await page.getByRole('link', { name: /^Completed/ }).click()
  await expect(jobs.getByRole('button', { name: /^Inspect job_/ })).toHaveCount(1, { timeout: 60_000 })
})

test('a dead letter is looked at and put back', async ({ page, baseURL, server }) => {
  const creator = await Program.register(baseURL ?? '', { email: addressOf('dead'), password: PASSWORD })
  await signInAsAdmin(page, '/admin/queue')
  await page.getByRole('button', { name: 'Pause images' }).click()
  await expect(page.getByRole('button', { name: 'Resume images' })).toBeVisible()
  const picture = await readFile('src/ui/examples/sea.webp')
  const imageKey = await creator.uploadForLater(picture, 'image/webp')
  // A folder stands where the thumbnail is to be written, so that every attempt fails.
  const obstacle = join(server?.dataDir ?? '', 'files', 'images', imageKey, 'thumbnail.webp')
  await mkdir(join(obstacle, 'in the way'), { recursive: true })
  await page.getByRole('button', { name: 'Resume images' }).click()

  await page.getByRole('link', { name: '1 dead letters of images' }).click({ timeout: 60_000 })
  const jobs = page.getByRole('region', { name: 'Jobs of images' }).getByRole('table')
  await jobs.getByRole('button', { name: /^Inspect job_/ }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('table', { name: 'Attempts' }).getByRole('row')).toHaveCount(4)
  await expect(dialog).toContainText('failed for good')
  await expect(dialog).toContainText('3 of 3')
  await page.keyboard.press('Escape')

  await rm(obstacle, { recursive: true })
  await jobs.getByRole('button', { name: /^Put back job_/ }).click()
  await expect(page.getByText('No dead letter.')).toBeVisible()
  await page.getByRole('link', { name: /^Completed/ }).click()
  await expect(jobs.getByRole('button', { name: /^Inspect job_/ })).toHaveCount(1, { timeout: 30_000 })
})

test('an account is found, changed and written down; one’s own is protected', async ({ page, baseURL }) => {
  const email = addressOf('managed')
  const credentials = { email, password: PASSWORD }
  await Program.register(baseURL ?? '', credentials)
  await signInAsAdmin(page, '/admin/users')
  await page.getByLabel('Address begins with').fill(email)
  const row = page.getByRole('row').filter({ hasText: email })
  await expect(page.getByRole('row')).toHaveCount(2)
  await expect(row).toContainText('100\u202f000')
  await row.getByRole('button', { name: 'Change' }).click()
  await page.getByLabel('Credits to add').fill('250')
  await page.getByLabel('Keep it out').check({ force: true })
  await expect(page.getByRole('dialog')).toContainText('All its logins end')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(row).toContainText('100\u202f250')
  await expect(row).toContainText('Disabled')
  await expect(Program.signIn(baseURL ?? '', credentials)).rejects.toThrow(/40[13]/)

  await page.getByLabel('Address begins with').fill(ADMIN.email)
  await page.getByRole('row').filter({ hasText: '(you)' }).getByRole('button', { name: 'Change' }).click()
  await expect(page.getByRole('dialog')).toContainText('This is your own account.')
  await expect(page.getByLabel('Role')).toHaveCount(0)
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: 'What administrators did' }).click()
  const latest = page.getByRole('list', { name: 'What administrators did' }).getByRole('listitem').first()
  await expect(latest).toContainText(`disabled, added 250 credits to ${email}`)
})

async function signInAsAdmin(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await page.getByLabel('Email').fill(ADMIN.email)
  await page.getByLabel('Password').fill(ADMIN.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

function addressOf(name: string): string {
  return `${name}-${Date.now()}@example.com`
}
