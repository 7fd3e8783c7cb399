import { expect, test } from 'vitest'
import { commandOf, nextRate } from './playerKeys.ts'

function press(key: string, over: Partial<Parameters<typeof commandOf>[0]> = {}) {
  return commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, target: 'DIV', ...over })
}

test('letters work whatever their case', () => {
  expect(press('J')).toEqual({ kind: 'jump', seconds: -1 })
  expect(press('j')).toEqual(press('ArrowLeft'))
  expect(press('.')).toEqual({ kind: 'step', frames: 1 })
})

test('keys of the browser and of the focused control are left to them', () => {
  expect(press('f', { ctrlKey: true })).toBeUndefined()
  expect(press('ArrowLeft', { altKey: true })).toBeUndefined()
  expect(press(' ', { target: 'BUTTON' })).toBeUndefined()
  expect(press(' ', { target: 'INPUT' })).toEqual({ kind: 'toggle' })
  expect(press('End', { target: 'SELECT' })).toBeUndefined()
  expect(press('Tab')).toBeUndefined()
  expect(press('x')).toBeUndefined()
})

test('the speed stays within what is offered', () => {
  expect(nextRate(1, 1)).toBe(1.5)
  expect(nextRate(2, 1)).toBe(2)
  expect(nextRate(0.25, -1)).toBe(0.25)
})
