import { expect, test } from 'vitest'
import type { AuditEntry } from '../../api/model.ts'
import { describeAct } from './auditWords.ts'

test.each([
  ['queue.pause', {}, 'paused the queue'],
  ['user.update', { role: 'admin', disabled: null, credits: null }, 'gave the role admin to'],
  ['user.update', { role: null, disabled: true, credits: null }, 'disabled'],
  ['user.update', { role: null, disabled: false, credits: -20 }, 'enabled, took 20 credits from'],
  ['user.update', { role: null, disabled: null, credits: 500 }, 'added 500 credits to'],
  ['user.update', { role: null, disabled: null, credits: null }, 'changed nothing of'],
  ['job.priority', { from: 0, to: 5 }, 'gave priority 5 to the job'],
  ['job.priority', {}, 'gave another priority to the job'],
  ['cache.clear_all', {}, 'cache: clear all'],
])('%s with %j is told as "%s"', (action, detail, words) => {
  expect(describeAct({ action, detail: detail as AuditEntry['detail'] })).toBe(words)
})
