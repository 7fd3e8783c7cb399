import { toSentence } from '../ui/sentence.ts'

/** What went wrong with a call, in the server's own words (`application/problem+json`). */

export interface FieldProblem {
  /** JSON pointer into the request body, such as `/title`. */
  pointer: string
  code: string
  detail: string
}

interface ProblemParts {
  /** HTTP status; 0 when no answer came. */
  status: number
  code: string
  detail: string
  requestId?: string | undefined
  retryAfterSeconds?: number | undefined
  fields?: FieldProblem[]
}

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly fields: FieldProblem[]

  constructor(parts: ProblemParts) {
    super(parts.detail)
    this.name = 'Problem'
    this.status = parts.status
    this.code = parts.code
    this.detail = parts.detail
    this.requestId = parts.requestId
    this.retryAfterSeconds = parts.retryAfterSeconds
    this.fields = parts.fields ?? []
  }

  /** What the server says about one field of the request, if it does. */
  fieldDetail(name: string): string | undefined {
    return this.fields.find((field) => field.pointer === `/${name}`)?.detail
  }
}

/** Reads a failed answer's body. Proxies and dead servers send other things than problems, so nothing is trusted. */
export function parseProblem(response: Response, body: unknown): Problem {
  const given = isRecord(body) ? body : {}
  return new Problem({
    status: response.status,
    code: textOf(given['code']) ?? `HTTP_${response.status}`,
    detail: toSentence(textOf(given['detail']) ?? textOf(given['title']) ?? wordsForStatus(response.status)),
    requestId: textOf(given['requestId']) ?? response.headers.get('X-Request-Id') ?? undefined,
    retryAfterSeconds: parseRetryAfter(response.headers.get('Retry-After')),
    fields: Array.isArray(given['errors']) ? given['errors'].flatMap(parseField) : [],
  })
}

export function unreachable(): Problem {
  return new Problem({
    status: 0,
    code: 'UNREACHABLE',
    detail: 'The server does not answer. Nothing was changed; try again when it is back.',
  })
}

/** Any thrown value as words for a person. */
export function describeError(error: unknown): string {
  if (error instanceof Problem) {
    const wait = error.retryAfterSeconds
    return wait === undefined ? error.detail : `${error.detail} Try again in ${wait} s.`
  }
  return 'Something in this page failed. Reload it; what was saved is kept.'
}

function wordsForStatus(status: number): string {
  if (status === 404) return 'This does not exist, or it is not yours.'
  if (status === 429) return 'Too many requests in a short time.'
  if (status >= 500) return `The server could not do this (status ${status}).`
  return `The server refused this (status ${status}).`
}

function parseField(value: unknown): FieldProblem[] {
  if (!isRecord(value)) return []
  const pointer = textOf(value['pointer'])
  const detail = textOf(value['detail'])
  if (pointer === undefined || detail === undefined) return []
  return [{ pointer, code: textOf(value['code']) ?? '', detail: toSentence(detail) }]
}

function parseRetryAfter(header: string | null): number | undefined {
  if (header === null || !/^\d+$/.test(header)) return undefined
  return Number(header)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
