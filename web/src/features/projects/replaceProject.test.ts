import { expect, test } from 'vitest'
import type { Project } from '../../api/model.ts'
import { posterOf } from './poster.ts'
import { removeProject, replaceProject, retitleProject, type ProjectPages } from './replaceProject.ts'

function project(id: string, title = id): Project {
  return {
    id,
    title,
    description: '',
    sceneCount: 0,
    totalCost: 0,
    createdAt: '2026-03-04T12:00:00Z',
    updatedAt: '2026-03-04T12:00:00Z',
    latestGeneration: null,
    scenes: [],
  }
}

const DATA: ProjectPages = {
  pageParams: [undefined, 'x'],
  pages: [
    { projects: [project('a'), project('b')], nextCursor: 'x' },
    { projects: [project('c')], nextCursor: null },
  ],
}

const titlesOf = ({ pages }: ProjectPages) => pages.map((page) => page.projects.map(({ title }) => title))

test('a project is replaced where it stands, and the other pages stay what they are', () => {
  const changed = replaceProject(DATA, project('b', 'B'))
  expect(titlesOf(changed)).toEqual([['a', 'B'], ['c']])
  expect(changed.pages[1]).toBe(DATA.pages[1])
})

test('a project is taken off the list, or gets another title', () => {
  expect(titlesOf(removeProject(DATA, 'a'))).toEqual([['b'], ['c']])
  expect(titlesOf(retitleProject(DATA, 'c', 'C'))).toEqual([['a', 'b'], ['C']])
  expect(titlesOf(removeProject(DATA, 'nobody'))).toEqual([['a', 'b'], ['c']])
})

test('the poster is the latest picture, else the first that there is', () => {
  const brief = (thumbnailUrl: string | null) => ({
    id: 'gen_1',
    status: 'completed' as const,
    progress: 100,
    thumbnailUrl,
    createdAt: '2026-03-04T12:00:00Z',
  })
  const scene = (thumbnailUrl: string | null) => ({
    id: 'scn_1',
    position: 0,
    prompt: '',
    latestGeneration: brief(thumbnailUrl),
  })
  expect(posterOf({ ...project('a'), latestGeneration: brief('/latest') })).toBe('/latest')
  expect(
    posterOf({ ...project('a'), latestGeneration: brief(null), scenes: [scene(null), scene('/two')] }),
  ).toBe('/two')
  expect(posterOf(project('a'))).toBeNull()
})
