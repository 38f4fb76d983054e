import { relative } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import type { Plugin, ViteDevServer } from 'vite'
import { readEnvironment } from '../server/settings.ts'

type Started = { listener: ReturnType<typeof getRequestListener>; shutDown: () => Promise<void> }

async function start(vite: ViteDevServer): Promise<Started> {
  const { createServer } = await vite.ssrLoadModule('/src/server/compose.ts')
  const { parseSettings } = await vite.ssrLoadModule('/src/server/settings.ts')
  // Nobody waits for a grace time between two edits.
  const settings = parseSettings({ ...readEnvironment(), SHUTDOWN_GRACE_S: '0' })
  let hasEnded = false
  // What an ended server's timers still meet is no news.
  const { app, shutDown, close } = await createServer(settings, (error: unknown) => hasEnded || console.error(error))
  return {
    listener: getRequestListener(app.fetch),
    async shutDown() {
      hasEnded = true
      await shutDown()
      await close()
    },
  }
}

/** In development the server's routes answer beside the page, from the same sources; an edit there starts them anew. */
export const devServer = (): Plugin => ({
  name: 'showwork-server',
  apply: 'serve',
  config() {
    const { PORT, HOST } = readEnvironment()
    return { server: { port: Number(PORT) || 3000, host: HOST || '127.0.0.1' } }
  },
  configureServer(vite) {
    if (process.env['VITEST']) return
    let started = start(vite)
    let timer: NodeJS.Timeout | undefined
    const report = (error: unknown) => vite.config.logger.error(String(error instanceof Error ? error.stack : error))
    started.catch(report)
    const end = async () => await started.then(({ shutDown }) => shutDown()).catch(() => {})
    const restart = () => {
      const before = end()
      vite.environments.ssr.moduleGraph.invalidateAll()
      started = before.then(() => start(vite))
      started.then(() => vite.config.logger.info('the server starts anew', { timestamp: true })).catch(report)
    }
    vite.watcher.on('all', (_event, path) => {
      if (!/^src\/(server|shared)\/(?!.*\.test\.)/.test(relative(vite.config.root, path).replaceAll('\\', '/'))) return
      clearTimeout(timer)
      timer = setTimeout(restart, 50)
    })
    vite.httpServer?.once('close', () => void end())
    vite.middlewares.use((request, response, next) => {
      if (!/^\/(api\/|healthz|readyz)/.test(request.url ?? '')) return next()
      // While an edit is broken every request says so, as the terminal does.
      started.then(({ listener }) => listener(request, response)).catch(next)
    })
  },
})
