import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const COMPRESSIBLE = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.webmanifest'])

/** Below this size the HTTP headers outweigh the saving. */
const SIZE_BYTES_MIN = 512

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

/** Writes `x.br` and `x.gz` beside every compressible file of the build, where that is smaller. */
export function precompress(): Plugin {
  let outDir = 'dist'
  return {
    name: 'vitascope:precompress',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    async closeBundle() {
      const entries = await readdir(outDir, { recursive: true, withFileTypes: true })
      const files = entries
        .filter((entry) => entry.isFile() && COMPRESSIBLE.has(extname(entry.name)))
        .map((entry) => join(entry.parentPath, entry.name))
      await Promise.all(files.map(compressFile))
    },
  }
}

async function compressFile(path: string): Promise<void> {
  const source = await readFile(path)
  if (source.length < SIZE_BYTES_MIN) return
  const asBrotli = await brotli(source, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: source.length,
    },
  })
  const asGzip = await gzipped(source, { level: constants.Z_BEST_COMPRESSION })
  if (asBrotli.length < source.length) await writeFile(`${path}.br`, asBrotli)
  if (asGzip.length < source.length) await writeFile(`${path}.gz`, asGzip)
}
