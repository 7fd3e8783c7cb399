import { expect, test } from 'vitest'
import { formAddress, isOwnPath, pathToGoOnTo } from './ownPath.ts'

test.each([
  ['/projects/prj_1', true],
  ['//example.com/', false],
  ['/\\example.com', false],
  ['https://example.com/', false],
  ['javascript:alert(1)', false],
])('%s is followed: %s', (link, isFollowed) => {
  expect(isOwnPath(link)).toBe(isFollowed)
})

test.each([
  ['/projects/prj_1', '', '/projects/prj_1'],
  ['/projects/prj_1', 'scene=scn_2', '/projects/prj_1?scene=scn_2'],
  ['/register', 'next=%2Fcredits', '/credits'],
  ['/sign-in', 'next=%2F%2Fexample.com', '/'],
  ['/register', '', '/'],
])('from %s with %s one goes on to %s', (path, search, next) => {
  expect(pathToGoOnTo(path, search)).toBe(next)
})

test('the address of a form keeps the way', () => {
  const address = formAddress('/register', '/projects/prj_1?scene=scn_2')
  expect(pathToGoOnTo('/register', address.split('?')[1] ?? '')).toBe('/projects/prj_1?scene=scn_2')
  expect(formAddress('/sign-in', '/')).toBe('/sign-in')
})
