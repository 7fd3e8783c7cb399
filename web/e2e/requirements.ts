import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** What the journeys need on this machine; nothing is built or fetched for them. */

export const SERVER = resolve(named('VITASCOPE_BIN') ?? '../target/debug/vitascope')

/** Debian's browser unless another is named; an empty name is none. */
export const CHROMIUM = named('CHROMIUM') ?? '/usr/bin/chromium'

/** Why the journeys can't run here, or undefined when they can. */
export function findMissing(): string | undefined {
  if (!existsSync(SERVER)) return `no server at ${SERVER}; build it, or name it in VITASCOPE_BIN`
  if (!existsSync(CHROMIUM)) return `no Chromium at ${CHROMIUM}; install the package, or name it in CHROMIUM`
  return undefined
}

function named(variable: string): string | undefined {
  const value = process.env[variable]
  return value === '' ? undefined : value
}
