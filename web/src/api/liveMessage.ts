/** What the socket says. Everything is checked here, so that a newer server can't break an older page. */

export type Topic = { generationId: string } | { jobId: string }

export interface LiveMessage {
  type: string
  topic: Topic | undefined
  /** Milliseconds since the epoch, by the server's clock; 0 when it was not said. */
  timestampMs: number
  fields: Record<string, unknown>
}

export function topicKey(topic: Topic): string {
  return 'jobId' in topic ? `job ${topic.jobId}` : `generation ${topic.generationId}`
}

export function parseLiveMessage(data: unknown): LiveMessage | undefined {
  if (typeof data !== 'string') return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch {
    return undefined
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const fields = parsed as Record<string, unknown>
  if (typeof fields['type'] !== 'string') return undefined
  return {
    type: fields['type'],
    topic: parseTopic(fields),
    timestampMs: parseTimestamp(fields['timestamp']),
    fields,
  }
}

function parseTopic(fields: Record<string, unknown>): Topic | undefined {
  if (typeof fields['generationId'] === 'string') return { generationId: fields['generationId'] }
  if (typeof fields['jobId'] === 'string') return { jobId: fields['jobId'] }
  return undefined
}

function parseTimestamp(value: unknown): number {
  if (typeof value === 'number') return value
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? 0 : parsed
}
