import type { UploadedReference } from '../../api/model.ts'

/** The reference images that a clip is to begin from, in order, and how far each upload is. */

export const REFERENCES_MAX = 4

/** What the server takes; told here first, because sending twenty megabytes in vain is no answer. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024

export const ACCEPTED_TYPES = 'image/jpeg,image/png,image/webp'

export type Reference = { id: number; name: string } & (
  | { state: 'uploading' }
  | { state: 'ready'; imageKey: string; thumbnailUrl: string; isUsed: boolean }
  | { state: 'failed'; error: string }
)

export type Change =
  | { type: 'added'; id: number; name: string }
  | { type: 'uploaded'; id: number; uploaded: UploadedReference }
  | { type: 'failed'; id: number; error: string }
  | { type: 'removed'; id: number }
  | { type: 'used' }

export function changeReferences(references: Reference[], change: Change): Reference[] {
  switch (change.type) {
    case 'added':
      return [...references, { id: change.id, name: change.name, state: 'uploading' }]
    case 'uploaded': {
      const { imageKey, thumbnailUrl } = change.uploaded
      return replace(references, change.id, { state: 'ready', imageKey, thumbnailUrl, isUsed: false })
    }
    case 'failed':
      return replace(references, change.id, { state: 'failed', error: change.error })
    case 'removed':
      return references.filter(({ id }) => id !== change.id)
    case 'used':
      return references.map((one) => (one.state === 'ready' ? { ...one, isUsed: true } : one))
  }
}

/** Only what is still there changes: an upload that was taken away has nothing to say any more. */
function replace(
  references: Reference[],
  id: number,
  next:
    | { state: 'ready'; imageKey: string; thumbnailUrl: string; isUsed: boolean }
    | { state: 'failed'; error: string },
): Reference[] {
  return references.map((one) => (one.id === id ? { id, name: one.name, ...next } : one))
}

/** For `referenceImages` of a request. */
export function keysOf(references: Reference[]): string[] {
  return references.flatMap((one) => (one.state === 'ready' ? [one.imageKey] : []))
}

export function isUploading(references: Reference[]): boolean {
  return references.some(({ state }) => state === 'uploading')
}

/** What failed takes no place. */
export function placesLeft(references: Reference[]): number {
  return REFERENCES_MAX - references.filter(({ state }) => state !== 'failed').length
}

/** Why a file is not worth sending; what it really is, the server finds out. */
export function refuseFile({ size, type }: Pick<File, 'size' | 'type'>): string | undefined {
  if (size > FILE_BYTES_MAX) return 'It is larger than 20 MB. Make it smaller, and add it again.'
  if (size === 0) return 'The file is empty.'
  if (type !== '' && !ACCEPTED_TYPES.split(',').includes(type)) {
    return 'This is not a picture that can be read here. JPEG, PNG and WebP work.'
  }
  return undefined
}
