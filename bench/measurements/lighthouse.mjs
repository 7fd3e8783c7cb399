// How Lighthouse scores the pages in the machine's Chromium: as a telephone on a slow network, which is its default.

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { generate, makeFolder, median, register, startServer, waitFor } from './server.mjs'

const RUNS = 3
const SCORE_MIN = 95
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo']
/** Debian, Ubuntu and Google give the browser different names. */
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const SCENE = {
  prompt: 'a calm sea under a full moon',
  model: 'local',
  resolution: '360p',
  duration: 1,
  seed: 7,
}

/** For packages of the web app, whose tests use the same. */
const require = createRequire(new URL('../../web/package.json', import.meta.url))

export async function measureLighthouse(program, { quick }) {
  const { default: lighthouse } = await import(pathToFileURL(require.resolve('lighthouse')).href)
  const browser = await openBrowser()
  const folder = await makeFolder()
  const server = await startServer(program, folder.path)
  const figures = []
  const score = async (name, path) => {
    const runs = []
    for (let run = 0; run < (quick ? 1 : RUNS); run += 1) runs.push(await scoreOnce(lighthouse, browser.port, server.url + path))
    for (const category of CATEGORIES) {
      const points = runs.map((one) => one[category])
      figures.push({
        name: `lighthouse of ${name}: ${category} (median of ${points.length})`,
        value: median(points),
        spread: [Math.min(...points), Math.max(...points)],
        unit: 'points',
        atLeast: SCORE_MIN,
      })
    }
  }
  try {
    await score('sign-in', '/sign-in')
    const user = await register(server.url)
    await waitFor(user, await generate(user, SCENE), ['completed'])
    const { projects } = await user.call('GET', '/api/projects')
    await browser.signIn(server.url, user)
    await score('dashboard', '/')
    await score('editor', `/projects/${projects[0].id}`)
  } finally {
    await browser.close()
    await server.stop()
    await folder.remove()
  }
  return figures
}

async function scoreOnce(lighthouse, port, url) {
  const { lhr } = await lighthouse(url, { port, onlyCategories: CATEGORIES, logLevel: 'error' })
  if (lhr.runtimeError !== undefined) throw new Error(`${url}: ${lhr.runtimeError.message}`)
  return Object.fromEntries(CATEGORIES.map((name) => [name, lhr.categories[name].score * 100]))
}

/** A browser with one profile for all: Lighthouse, which joins at the port, is signed in once the page is. */
async function openBrowser() {
  const { chromium } = require('@playwright/test')
  const profile = await mkdtemp(join(tmpdir(), 'vitascope-lighthouse-'))
  const executablePath = process.env['CHROMIUM'] || BROWSERS.find((path) => existsSync(path))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0'],
  })
  const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n')
  return {
    port: Number(port),
    signIn: async (url, { email, password }) => {
      const page = await context.newPage()
      await page.goto(`${url}/sign-in`)
      await page.getByLabel('Email').fill(email)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('button', { name: 'Your account' }).waitFor()
      await page.close()
    },
    close: async () => {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}
