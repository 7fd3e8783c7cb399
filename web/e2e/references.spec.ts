import type { Page } from '@playwright/test'
import { deflateSync } from 'node:zlib'
import { addScene, createProject, expect, generate, register, test, versions } from './journey.ts'

test('a picture is added, looked at, used for a clip, and taken away', async ({ page }) => {
  await keepBodies(page)
  await register(page)
  await createProject(page, 'From a picture')
  await addScene(page, 'slow zoom in at golden hour')
  await page.getByLabel('Model').selectOption('local')

  await test.step('what is no picture is told in words', async () => {
    await choose(page, 'notes.png', Buffer.from('no picture at all'))
    const refusal = page.getByRole('alert').filter({ hasText: 'notes.png' })
    await expect(refusal).toContainText('JPEG, PNG or WebP')
    await refusal.getByRole('button', { name: 'Dismiss what is said of notes.png' }).click()
    await expect(refusal).toHaveCount(0)
  })

  await test.step('pictures are uploaded and shown', async () => {
    await choose(page, 'sea.png', png(320, 200, 40))
    await expect(page.getByRole('img', { name: 'sea.png' })).toBeVisible()
    await drop(page, 'hills.png', png(200, 320, 200))
    await expect(page.getByRole('img', { name: 'hills.png' })).toBeVisible()
  })

  await test.step('a clip is made from them', async () => {
    await generate(page, { model: 'local', seconds: 1 })
    await expect(versions(page).first()).toContainText('Ready', { timeout: 60_000 })
    const asked = await page.evaluate(() => (window as unknown as Kept).asked)
    expect(asked.referenceImages).toHaveLength(2)
  })

  await test.step('one is taken away', async () => {
    await page.getByRole('button', { name: 'Remove sea.png' }).click()
    await expect(page.getByRole('img', { name: 'sea.png' })).toHaveCount(0)
    await expect(page.getByRole('img', { name: 'hills.png' })).toBeVisible()
  })
})

interface Kept {
  asked: { referenceImages: string[] }
}

/** Keeps what `generate` is asked: the browser tells no body of a request that is an object of its own. */
async function keepBodies(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const send = window.fetch.bind(window)
    window.fetch = async (...args) => {
      const request = new Request(...args)
      if (request.url.endsWith('/generate')) {
        ;(window as unknown as Kept).asked = (await request.clone().json()) as Kept['asked']
      }
      return send(request)
    }
  })
}

async function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.getByLabel('Add image').setInputFiles({ name, mimeType: 'image/png', buffer })
}

/** As from a folder of the desktop. */
async function drop(page: Page, name: string, buffer: Buffer): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], fileName, { type: 'image/png' }))
      return transfer
    },
    [name, buffer.toString('base64')] as const,
  )
  await page.locator('.references').dispatchEvent('drop', { dataTransfer })
}

/** A PNG file whose colours go from one to another. */
function png(width: number, height: number, blue: number): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows.set([(x * 255) / width, (y * 255) / height, blue], y * (width * 3 + 1) + 1 + x * 3)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
