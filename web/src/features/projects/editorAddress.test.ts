import { expect, test } from 'vitest'
import { editorAddress, parseView } from './editorAddress.ts'

test('what an address says is what it was made of', () => {
  for (const view of [{}, { version: 'gen_1' }, { compare: ['gen_1', 'gen_2'] as const }]) {
    const [path, search] = editorAddress('prj_1', 'scn_1', view).split('?')
    expect(path).toBe('/projects/prj_1/scenes/scn_1')
    expect(parseView(search ?? '')).toEqual({ version: undefined, compare: undefined, ...view })
  }
  expect(editorAddress('prj_1')).toBe('/projects/prj_1')
})

test.each(['compare=', 'compare=a', 'compare=a,', 'compare=a,a', ''])('%s compares nothing', (search) => {
  expect(parseView(search).compare).toBeUndefined()
})
