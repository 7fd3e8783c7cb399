import { api, unwrap } from '../../api/client.ts'

/** The contract's largest page, so that a day is seldom cut. */
const PAGE_SIZE = 100

export function listLedger(cursor: string | undefined) {
  return unwrap(api.GET('/api/credits/ledger', { params: { query: { limit: PAGE_SIZE, cursor } } }))
}

export function findGeneration(id: string) {
  return unwrap(api.GET('/api/generations/{id}', { params: { path: { id } } }))
}
