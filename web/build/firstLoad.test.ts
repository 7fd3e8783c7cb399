import { expect, test } from 'vitest'
import { filesOf } from './firstLoad.ts'

const BUILT = [
  { fileName: 'index.js', facadeModuleId: '/web/index.html', imports: ['shared.js'] },
  { fileName: 'page.js', facadeModuleId: '/web/src/page.tsx', imports: ['shared.js', 'index.js'] },
  { fileName: 'other.js', facadeModuleId: '/web/src/other.tsx' },
  { fileName: 'shared.js', facadeModuleId: null },
  { fileName: 'page.css' },
]

test('what is imported at once counts, each file one time; what is imported later does not', () => {
  const files = filesOf(BUILT, ['/index.html', '/src/page.tsx'])
  expect(files.map(({ fileName }) => fileName)).toEqual(['index.js', 'shared.js', 'page.js'])
})

test('a page that has another name is no page of zero bytes', () => {
  expect(() => filesOf(BUILT, ['/src/gone.tsx'])).toThrow('gone.tsx')
})
