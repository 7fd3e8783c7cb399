import { useEffect, useReducer, useRef } from 'react'
import { describeError, Problem } from '../../api/problem.ts'
import { deleteReference, uploadReference } from './calls.ts'
import { changeReferences, placesLeft, refuseFile, type Reference } from './references.ts'

export interface References {
  list: Reference[]
  add: (files: Iterable<File>) => void
  remove: (reference: Reference) => void
  /** A clip was asked for that begins from them. */
  markUsed: () => void
}

/** Uploads what is added, at once, and takes away what nobody used. */
export function useReferences(): References {
  const [list, change] = useReducer(changeReferences, [])
  const lastId = useRef(0)
  const uploads = useRef(new Map<number, AbortController>())

  useEffect(() => {
    const running = uploads.current
    return () => {
      for (const upload of running.values()) upload.abort()
    }
  }, [])

  const upload = async (id: number, file: File): Promise<void> => {
    const controller = new AbortController()
    uploads.current.set(id, controller)
    try {
      change({ type: 'uploaded', id, uploaded: await uploadReference(file, controller.signal) })
    } catch (error) {
      if (!controller.signal.aborted) change({ type: 'failed', id, error: describeUpload(error) })
    } finally {
      uploads.current.delete(id)
    }
  }

  return {
    list,
    add: (files) => {
      for (const file of [...files].slice(0, placesLeft(list))) {
        const id = ++lastId.current
        change({ type: 'added', id, name: file.name })
        const refusal = refuseFile(file)
        if (refusal === undefined) void upload(id, file)
        else change({ type: 'failed', id, error: refusal })
      }
    },
    remove: (reference) => {
      uploads.current.get(reference.id)?.abort()
      change({ type: 'removed', id: reference.id })
      // What a clip was made from stays, so that it can be retried; the rest would only take room.
      if (reference.state === 'ready' && !reference.isUsed) {
        deleteReference(reference.imageKey).catch(() => undefined)
      }
    },
    markUsed: () => change({ type: 'used' }),
  }
}

/** What the server says about the picture itself says more than that something was refused. */
function describeUpload(error: unknown): string {
  const detail = error instanceof Problem ? error.fieldDetail('image') : undefined
  return detail ?? describeError(error)
}
