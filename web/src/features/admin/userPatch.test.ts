import { expect, test } from 'vitest'
import type { ManagedUser } from '../../api/model.ts'
import { describeConsequences, draftOf, patchOf } from './userPatch.ts'

const USER: ManagedUser = {
  id: 'usr_1',
  email: 'ann@example.com',
  name: '',
  role: 'creator',
  disabled: false,
  balance: 100,
  reserved: 0,
  createdAt: '2026-03-04T12:00:00Z',
}

test('only what differs is sent', () => {
  const draft = draftOf(USER)
  expect(patchOf(USER, draft)).toBeUndefined()
  expect(patchOf(USER, { ...draft, role: 'admin' })).toEqual({ role: 'admin' })
  expect(patchOf(USER, { ...draft, isDisabled: true, credits: '-20' })).toEqual({
    disabled: true,
    credits: -20,
  })
})

test.each(['12.5', 'many', '1e400', '0', ' '])('%s is no amount', (credits) => {
  expect(patchOf(USER, { ...draftOf(USER), credits })).toBeUndefined()
})

test('what ends logins is said before it is done', () => {
  expect(describeConsequences({ disabled: true })).toContain('logins end')
  expect(describeConsequences({ role: 'student' })).toContain('logins end')
  expect(describeConsequences({ disabled: false })).toContain('sign in again')
  expect(describeConsequences({ credits: 5 })).toBeUndefined()
  expect(describeConsequences(undefined)).toBeUndefined()
})
