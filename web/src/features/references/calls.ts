import { api, unwrap } from '../../api/client.ts'
import { createRequestKey } from '../../api/requestKey.ts'

/** The key makes one file one image, even when it is sent again after a lost answer. */
export function uploadReference(file: File, signal: AbortSignal) {
  return unwrap(
    api.POST('/api/upload-reference', {
      params: { header: { 'Idempotency-Key': createRequestKey() } },
      headers: { 'Content-Type': file.type === '' ? 'application/octet-stream' : file.type },
      // The file goes as it is; the description knows it as a form only.
      body: file as unknown as { image: string },
      bodySerializer: () => file,
      signal,
    }),
  )
}

export function deleteReference(imageKey: string) {
  return unwrap(api.DELETE('/api/reference-images/{id}', { params: { path: { id: imageKey } } }))
}
