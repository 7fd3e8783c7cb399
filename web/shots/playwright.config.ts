import { defineConfig } from '@playwright/test'
import journeys from '../playwright.config.ts'

/** `npm run shots` takes pictures of every page for the documents, with the browser and the server of the journeys. */
export default defineConfig({
  ...journeys,
  testDir: '.',
  testMatch: 'take.ts',
  globalSetup: '../e2e/announceSkips.ts',
  outputDir: '../test-results',
  // Real clips are rendered for them.
  timeout: 900_000,
  use: { ...journeys.use, screenshot: 'off', trace: 'off' },
})
