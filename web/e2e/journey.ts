import { test as base, expect, type Page } from '@playwright/test'
import { findMissing } from './requirements.ts'
import { startServer, type RunningServer } from './server.ts'

export { expect }

interface WorkerFixtures {
  /** None on a machine that can't run one; every test then says so. */
  server: RunningServer | undefined
}

interface TestFixtures {
  /** Skips the test, with the reason, where it can't run. */
  requirements: undefined
  /** What the browser complained about: refused by the policy, uncaught, not found. Every journey ends with none. */
  complaints: string[]
  /** Set by a journey that takes the server away, about which a browser complains. */
  areOutagesExpected: boolean
}

/** A test on a page of a running server. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    async ({ browserName: _ }, provide) => {
      const server = findMissing() === undefined ? await startServer() : undefined
      await provide(server)
      await server?.stop()
    },
    { scope: 'worker', timeout: 40_000 },
  ],
  baseURL: async ({ server }, provide) => provide(server?.url),
  requirements: [
    async ({ baseURL: _ }, provide, testInfo) => {
      const missing = findMissing()
      testInfo.skip(missing !== undefined, missing)
      await provide(undefined)
    },
    { auto: true },
  ],
  areOutagesExpected: [false, { option: true }],
  complaints: [
    async ({ requirements: _, page, areOutagesExpected }, provide) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        const text = message.text()
        const isExpected =
          text.includes('the server responded with a status of 4') ||
          (areOutagesExpected && (text.includes('ERR_CONNECTION_') || text.includes('WebSocket connection')))
        if (message.type() === 'error' && !isExpected) complaints.push(text)
      })
      await provide(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

let accounts = 0

export const PASSWORD = 'a lamp, a lens and a wall'

/** Registers somebody new through the page; returns the address. */
export async function register(page: Page): Promise<string> {
  accounts += 1
  const email = `e2e-${Date.now()}-${accounts}@example.com`
  await page.goto('/')
  await page.getByRole('link', { name: 'Register' }).click()
  await page.getByLabel('Name').fill('Edith')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByRole('button', { name: 'Your account' })).toBeVisible()
  return email
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
}

/** To the list of all projects. */
export async function openProjects(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Projects' }).click()
  await expect(page.getByRole('heading', { name: 'Projects', level: 1 })).toBeVisible()
}

export async function createProject(page: Page, title: string): Promise<void> {
  await page.getByLabel('Title of the new project').fill(title)
  await page.getByRole('button', { name: 'Create project' }).click()
  await expect(page.getByRole('heading', { name: title })).toBeVisible()
}

export async function addScene(page: Page, prompt: string): Promise<void> {
  await page.getByLabel('What does this scene show?').fill(prompt)
  await page.getByRole('button', { name: 'Add scene' }).click()
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue(prompt)
}

export interface Recipe {
  model: 'local' | 'simulated'
  resolution?: string
  seconds?: number
}

/** Sets the recipe and presses the button; the new version is then the one being looked at. */
export async function generate(
  page: Page,
  { model, resolution = '360p', seconds = 1 }: Recipe,
): Promise<void> {
  await page.getByLabel('Model').selectOption(model)
  await page.getByLabel('Length').selectOption(String(seconds))
  await page.getByRole('radio', { name: resolution }).check()
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
}

export function versions(page: Page) {
  return page.locator('.version')
}
