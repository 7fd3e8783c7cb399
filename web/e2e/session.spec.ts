import { expect, register, signOut, test } from './journey.ts'

test('no token is where a script could read it, and none is in an address', async ({ page, context }) => {
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))
  page.on('websocket', (socket) => addresses.push(socket.url()))
  await register(page)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Your account' })).toBeVisible()

  const cookies = await context.cookies()
  const refresh = cookies.filter(({ name }) => name === 'vitascope_refresh')
  expect(refresh.length).toBeGreaterThan(0)
  expect(refresh.every(({ httpOnly, sameSite }) => httpOnly && sameSite === 'Strict')).toBe(true)
  const readable = await page.evaluate(() =>
    JSON.stringify([document.cookie, Object.entries(localStorage), Object.entries(sessionStorage)]),
  )
  for (const { value } of refresh) expect(readable).not.toContain(value)
  expect(readable).not.toContain('eyJ')
  expect(addresses.filter((address) => /token=|eyJ/.test(address))).toEqual([])
})

test('two tabs stay signed in, and signing out in one signs out the other', async ({ page, context }) => {
  await register(page)
  const other = await context.newPage()
  await Promise.all([other.goto('/'), page.reload()])
  await expect(other.getByRole('button', { name: 'Your account' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Your account' })).toBeVisible()

  await signOut(page)
  await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await expect(other.getByText('Your session has ended')).toBeVisible()
})
