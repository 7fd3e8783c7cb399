import { expect, test, vi } from 'vitest'
import type { Generation, GenerationState } from '../../api/model.ts'

vi.mock('./calls.ts', () => ({ findGeneration: vi.fn(), listGenerations: vi.fn() }))
const { firstToView } = await import('./useVersions.ts')

function generation(id: string, status: GenerationState): Generation {
  return { id, status } as Generation
}

test('what is being made is looked at first, then what the film uses, then the newest clip', () => {
  const list = [generation('c', 'failed'), generation('b', 'completed'), generation('a', 'completed')]
  expect(firstToView(list, 'a')?.id).toBe('a')
  expect(firstToView(list, null)?.id).toBe('b')
  expect(firstToView([generation('d', 'queued'), ...list], 'a')?.id).toBe('d')
  expect(firstToView([generation('c', 'failed')], null)?.id).toBe('c')
  expect(firstToView([], null)).toBeUndefined()
})
