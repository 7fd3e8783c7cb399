import { Problem } from '../../api/problem.ts'
import { TextConflict, type SavedText } from './autosave.ts'

/** A scene as it is at one moment, and the tag that names that moment. */
export interface TaggedScene {
  prompt: string
  updatedAt: string
  etag: string | null
}

export interface PromptCalls {
  find: () => Promise<TaggedScene>
  /** Refused with 412 when the scene is no longer the one that the tag names. */
  write: (prompt: string, etag: string) => Promise<TaggedScene>
}

/** Each attempt reads the scene anew, so a third refusal means that somebody writes all the time. */
const ATTEMPTS_MAX = 3

/**
 * Saves a prompt over the one that was read, and over no other. A tag also goes out of date when a scene is moved or
 * made longer; that is no conflict, since the words are still those that were read.
 */
export async function savePrompt(text: string, base: string, calls: PromptCalls): Promise<SavedText> {
  for (let attempt = 1; ; attempt += 1) {
    const there = await calls.find()
    if (there.prompt === text) return { text, updatedAt: there.updatedAt }
    if (there.prompt !== base) throw new TextConflict({ text: there.prompt, updatedAt: there.updatedAt })
    try {
      const { updatedAt } = await calls.write(text, there.etag ?? '*')
      return { text, updatedAt }
    } catch (error) {
      const isStale = error instanceof Problem && error.status === 412
      if (!isStale || attempt === ATTEMPTS_MAX) throw error
    }
  }
}
