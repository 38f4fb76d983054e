import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { compressBuild } from './src/tools/compress-build.ts'
import { devServer } from './src/tools/dev-server.ts'

// How long its plug-ins took is nothing to somebody who starts the app.
const rolldownOptions = { checks: { pluginTimings: false } }
const serverFiles = {
  main: 'src/server/main.ts',
  'migrate-data': 'src/server/migrate-data/main.ts',
  'check-answers': 'src/server/check-answers/main.ts',
  'sqlite-worker': 'src/server/database/sqlite-worker.js',
  'text-worker': 'src/server/text-workers/text-worker.ts',
}
// Beside them stay those with native parts, those that look for files of their own and those that tools hook into.
const asInstalled = ['@photostructure/sqlite', '@takumi-rs/core', 'pg', 'pino', 'prom-client', 'sharp']
// Its build for browsers decodes by inner HTML, which our Trusted Types policy refuses.
const withoutDom = {
  'decode-named-character-reference': fileURLToPath(import.meta.resolve('decode-named-character-reference')),
}
// Beside each other: some look for their neighbours.
const serverOutput = { chunkFileNames: '[name]-[hash].js' }

// What the first page needs is one file, also where other pages share parts of it: each file costs a head of its own.
const clientOutput = { codeSplitting: { groups: [{ name: 'first', tags: ['$initial' as const] }] } }

export default defineConfig(({ isSsrBuild }) => ({
  plugins: [react(), tailwindcss(), devServer(), compressBuild()],
  resolve: { alias: withoutDom },
  ...(isSsrBuild && { ssr: { noExternal: true, external: asInstalled } }),
  build: isSsrBuild
    ? {
        outDir: 'dist/server',
        copyPublicDir: false,
        target: 'node20',
        emptyOutDir: true,
        rolldownOptions: { ...rolldownOptions, input: serverFiles, output: serverOutput },
      }
    : {
        outDir: 'dist/client',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        // The server reads in it what a page will ask for.
        manifest: 'manifest.json',
        emptyOutDir: true,
        rolldownOptions: { ...rolldownOptions, output: clientOutput },
      },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 20_000,
    maxWorkers: '100%',
    globalSetup: 'src/tools/postgres-for-tests.ts',
  },
}))
