import { findMissing } from './requirements.ts'

/** A skipped run must not look like a green one. */
export default function announceSkips(): void {
  const missing = findMissing()
  if (missing !== undefined) process.stderr.write(`\nSKIPPED: all browser journeys: ${missing}\n\n`)
}
