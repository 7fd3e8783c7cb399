import { expect, test } from 'vitest'
import { pathOfLink } from './links.ts'

test.each([
  ['/projects/prj_1?scene=scn_2', '/projects/prj_1/scenes/scn_2'],
  ['/projects/prj_1', '/projects/prj_1'],
  ['/videos/vid_1?t=12', '/videos/vid_1?t=12'],
])('%s leads to %s', (link, path) => {
  expect(pathOfLink(link)).toBe(path)
})
