import { defineConfig } from '@playwright/test'
import { CHROMIUM } from './e2e/requirements.ts'

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/announceSkips.ts',
  outputDir: 'test-results',
  forbidOnly: true,
  retries: 0,
  // A real server renders real clips: one story at a time keeps its times honest.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    colorScheme: 'light',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
