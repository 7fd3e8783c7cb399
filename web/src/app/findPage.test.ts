import { expect, test } from 'vitest'
import { findPage, matchPath } from './findPage.ts'
import { LazyPage } from './lazyPage.ts'
import type { PageRoute } from './routes.tsx'

test.each([
  ['/', '/', {}],
  ['/projects', '/projects/', {}],
  ['/projects/:projectId', '/projects/prj_1', { projectId: 'prj_1' }],
  ['/projects/:projectId', '/projects', undefined],
  ['/projects/:projectId', '/projects/prj_1/more', undefined],
  ['/settings/:section?', '/settings', {}],
  ['/settings/:section?', '/settings/keys', { section: 'keys' }],
  ['/p/:id', '/p/a%20b', { id: 'a b' }],
  ['/p/:id', '/p/%E0%A4%A', { id: '%E0%A4%A' }],
  ['/', '/projects', undefined],
])('%s at %s', (pattern, path, params) => {
  expect(matchPath(pattern, path)).toEqual(params)
})

function routeOf(paths: string[], options: Partial<PageRoute> = {}): PageRoute {
  const page = new LazyPage(() => Promise.reject(new Error('not asked for')))
  return { paths, page, title: 'T', audience: 'everybody', identity: undefined, nav: undefined, ...options }
}

test('scenes of one project are one page, another project is another', () => {
  const routes = [
    routeOf(['/projects/:projectId', '/projects/:projectId/:sceneId'], { identity: 'projectId' }),
  ]
  const keyAt = (path: string) => findPage(routes, path, 'creator')?.key
  expect(keyAt('/projects/a')).toBe(keyAt('/projects/a/scene'))
  expect(keyAt('/projects/a')).not.toBe(keyAt('/projects/b'))
})

test('what is for administrators is not there for others', () => {
  const routes = [routeOf(['/admin/users'], { audience: 'admin' })]
  expect(findPage(routes, '/admin/users', 'creator')).toBeUndefined()
  expect(findPage(routes, '/admin/users', 'admin')?.route).toBe(routes[0])
})
