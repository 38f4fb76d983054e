import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { getRequestListener } from '@hono/node-server'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** In development the server's routes answer beside the page, from the same sources. */
const server = (): Plugin => ({
  name: 'showwork-server',
  apply: 'serve',
  async configureServer(vite) {
    if (process.env['VITEST']) return
    const { createServer } = await vite.ssrLoadModule('/src/server/create-server.ts')
    const { parseSettings, readEnvironment } = await vite.ssrLoadModule('/src/server/settings.ts')
    const { app } = await createServer(parseSettings(readEnvironment()), console.error)
    const listener = getRequestListener(app.fetch)
    vite.middlewares.use((request, response, next) => {
      if (/^\/(api\/|healthz|readyz)/.test(request.url ?? '')) void listener(request, response)
      else next()
    })
  },
})

export default defineConfig(({ isSsrBuild }) => ({
  plugins: [react(), tailwindcss(), server()],
  build: isSsrBuild
    ? { outDir: 'dist/server', copyPublicDir: false, target: 'node20', emptyOutDir: true }
    : { outDir: 'dist/client', assetsInlineLimit: 0, modulePreload: { polyfill: false }, emptyOutDir: true },
  test: { include: ['src/**/*.test.{ts,tsx}'], testTimeout: 20_000 },
}))
