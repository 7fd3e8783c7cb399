import type { AuditEntry } from '../../api/model.ts'

/** What an administrator did, as a sentence without its subject: `made it an administrator, added 500 credits`. */

const ACTS: Record<string, string> = {
  'admin.create': 'made the administrator',
  'admin.delete': 'deleted the administrator',
  'user.reset_password': 'gave another password to',
  'job.requeue': 'put back the job',
  'job.cancel': 'called off the job',
  'queue.pause': 'paused the queue',
  'queue.resume': 'resumed the queue',
}

/** An act that this page does not know yet is shown in its own words. */
export function describeAct({ action, detail }: Pick<AuditEntry, 'action' | 'detail'>): string {
  const known = ACTS[action]
  if (known !== undefined) return known
  const facts: Record<string, unknown> = detail
  if (action === 'job.priority') return describePriority(facts)
  if (action === 'user.update') return describeUpdate(facts)
  return action.replace('.', ': ').replaceAll('_', ' ')
}

function describePriority({ to }: Record<string, unknown>): string {
  return typeof to === 'number' ? `gave priority ${to} to the job` : 'gave another priority to the job'
}

function describeUpdate({ role, disabled, credits }: Record<string, unknown>): string {
  const parts = [
    typeof role === 'string' && `gave the role ${role} to`,
    disabled === true && 'disabled',
    disabled === false && 'enabled',
    typeof credits === 'number' && describeCredits(credits),
  ]
  const said = parts.filter((part) => part !== false)
  return said.length === 0 ? 'changed nothing of' : said.join(', ')
}

function describeCredits(credits: number): string {
  return credits < 0 ? `took ${-credits} credits from` : `added ${credits} credits to`
}
