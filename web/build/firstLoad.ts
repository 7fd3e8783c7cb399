import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'
import type { Logger, Plugin } from 'vite'

/** Compressed JavaScript that a first visit to the dashboard may cost, in bytes. */
export const FIRST_LOAD_BYTES_MAX = 100_000

/** What that visit fetches: the app itself and the page. */
const FIRST_MODULES = ['/index.html', '/src/features/dashboard/DashboardPage.tsx']

const brotli = promisify(brotliCompress)

/** What is used of a file of the build; assets have no code. */
export interface BuiltFile {
  fileName: string
  code?: string
  imports?: readonly string[]
  facadeModuleId?: string | null
}

/** Fails the build when the first load is too large, and otherwise says how large it is. */
export function limitFirstLoad(): Plugin {
  let logger: Logger | undefined
  return {
    name: 'vitascope:first-load',
    apply: 'build',
    configResolved(config) {
      logger = config.logger
    },
    async writeBundle(_options, bundle) {
      const files = filesOf(Object.values(bundle), FIRST_MODULES)
      const sizes = await Promise.all(files.map(async ({ code = '' }) => (await brotli(code)).length))
      const total = sizes.reduce((sum, size) => sum + size, 0)
      const words = `the dashboard's first load is ${total} bytes of compressed JavaScript in ${files.length} files`
      if (total > FIRST_LOAD_BYTES_MAX) this.error(`${words}; it may be ${FIRST_LOAD_BYTES_MAX}`)
      logger?.info(words)
    },
  }
}

/** The files of these modules and of everything that they import at once, each one time. */
export function filesOf(built: readonly BuiltFile[], modules: readonly string[]): BuiltFile[] {
  const found = new Set<BuiltFile>()
  const add = (file: BuiltFile | undefined, name: string) => {
    if (file === undefined)
      throw new Error(`the build has no \`${name}\`; name its successor in build/firstLoad.ts`)
    if (found.has(file)) return
    found.add(file)
    for (const imported of file.imports ?? [])
      add(
        built.find(({ fileName }) => fileName === imported),
        imported,
      )
  }
  for (const name of modules)
    add(
      built.find(({ facadeModuleId }) => facadeModuleId?.endsWith(name) === true),
      name,
    )
  return [...found]
}
