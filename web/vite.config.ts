import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { limitFirstLoad } from './build/firstLoad.ts'
import { precompress } from './build/precompress.ts'

/** Where `npm run dev` finds a running server. */
const server = process.env['VITASCOPE_URL'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  plugins: [react(), limitFirstLoad(), precompress()],
  build: {
    // Browsers that know `light-dark()`, on which the colour tokens stand.
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // The content-security policy allows no `data:` fonts, so nothing is inlined.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/api': server,
      '/ws': { target: server, ws: true },
    },
  },
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'build/**/*.test.ts'],
    environment: 'node',
  },
})
