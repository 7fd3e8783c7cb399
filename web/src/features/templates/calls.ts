import { api, unwrap } from '../../api/client.ts'

export function listTemplates() {
  return unwrap(api.GET('/api/templates', {}))
}
