import { expect, test } from 'vitest'
import { findCommands, type Command } from './commands.ts'

const command = (title: string, group: string, needsText = false): Command => ({
  id: title,
  title,
  group,
  needsText,
  run: () => undefined,
})

const COMMANDS = [
  command('Projects', 'Pages'),
  command('Settings', 'Pages'),
  command('The old projector', 'Projects'),
  command('Élan', 'Projects'),
  command('Create', 'Actions', true),
]

const titles = (text: string) => findCommands(COMMANDS, text).map(({ title }) => title)

test('while nothing is typed everything is offered that needs no text', () => {
  expect(titles('  ')).toEqual(['Projects', 'Settings', 'The old projector', 'Élan'])
})

test('what begins with the text comes first', () => {
  expect(titles('proj')).toEqual(['Projects', 'The old projector', 'Create'])
})

test('every word has to be there, in any order', () => {
  expect(titles('projector old')).toEqual(['The old projector', 'Create'])
})

test('case and accents do not count', () => {
  expect(titles('elan')).toEqual(['Élan', 'Create'])
})

test('a long list is cut', () => {
  const many = Array.from({ length: 500 }, (_, number) => command(`Film ${number}`, 'Projects'))
  expect(findCommands(many, 'film')).toHaveLength(12)
})
