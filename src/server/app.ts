import { Hono } from 'hono'
import { limits, type Config } from '../shared/config.ts'
import { ProblemError, type Problem } from '../shared/problem.ts'
import type { ModelProvider } from './ask/model-provider.ts'
import type { Gate } from './access/gate.ts'
import type { Admin } from './admin/admin.ts'
import { isUnavailable } from './database/database-unavailable.ts'
import { samples } from './demo/samples/samples.ts'
import type { Conversations } from './conversations/conversations.ts'
import type { AskQuestion } from './ask/ask-question.ts'
import { createReadingTurns } from './http/reading-turns.ts'
import type { FetchUrl } from './media/fetch-url.ts'
import type { MediaLibrary } from './media/media-library.ts'
import type { Log } from './metrics/log.ts'
import type { Metrics } from './metrics/metrics.ts'
import { createAccessRoutes } from './routes/access-routes.ts'
import { createAdminRoutes } from './routes/admin-routes.ts'
import { allowedMethods } from './http/allowed-methods.ts'
import { writeEventStreams, type EventStreams } from './http/event-stream.ts'
import { createConversationRoutes } from './routes/conversation-routes.ts'
import { createHostGuard } from './http/host-guard.ts'
import { createMediaRoutes } from './routes/media-routes.ts'
import { createMetricsRoute } from './routes/metrics-route.ts'
import { logRequests } from './http/request-log.ts'
import { packJson } from './http/pack-json.ts'
import type { Costs } from './routes/policy.ts'
import { createReadClient } from './http/read-client.ts'
import { createPageRoutes } from './routes/page-routes.ts'
import type { Pairings } from './pairing/pairings.ts'
import { createPairingRoutes } from './routes/pairing-routes.ts'
import { createRunRoutes } from './routes/run-routes.ts'
import { secureHeaders } from './http/secure-headers.ts'
import { createOpenShareRoutes, createRunShareRoutes, createShareRoutes } from './routes/share-routes.ts'
import { createSharePageRoutes } from './routes/share-page-routes.ts'
import { databaseAway, type Runs } from './runs/runs.ts'
import type { Shares } from './shares/shares.ts'
import type { StaticFiles } from './http/static-files.ts'
import { createExportRoutes } from './routes/export-routes.ts'
import { createThumbnailRoutes } from './routes/thumbnail-routes.ts'
import type { Exporter } from './export/export.ts'
import { isDiskFull, storageFull } from './database/disk-full.ts'
import { TextWorkLimit, type TextWork } from './text-workers/text-work.ts'
import { visitor, type Env } from './http/visitor.ts'

export type AppDeps = {
  runs: Runs
  conversations: Conversations
  askQuestion: AskQuestion
  costs: Costs
  exporter: Exporter
  media: MediaLibrary
  pairings: Pairings
  shares: Shares
  /** Threads for what takes long with visitors' texts. */
  work: TextWork
  /** What others reach this server by, where it was told. */
  publicUrl?: string
  fetchUrl: FetchUrl
  /** `host:port` that may be fetched although private. */
  fetchAllow: string[]
  connection: () => ModelProvider
  eventStreams: EventStreams
  allowedHosts: string[]
  /** Addresses of proxies whose `X-Forwarded-*` counts. */
  trustedProxies: string[]
  /** The host under which everybody comes over TLS. */
  secureHost?: string
  /** Asking needs its code. */
  access: Gate
  /** The operator's own. */
  admin: Gate
  operator: Admin
  metrics: Metrics
  log: Log
  /** Absent under the development server, which serves the client itself. */
  staticFiles?: StaticFiles
  /** Told of failures that are ours; never of what a person typed. */
  onFailure: (error: unknown) => void
}

const titles: Record<number, string> = {
  400: 'Bad request',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'Internal error',
}

/** The whole server as a function from requests to responses: no port, no environment. */
export function createApp(deps: AppDeps) {
  const app = new Hono<Env>()
  app.use(writeEventStreams)
  app.use(createReadClient(deps.trustedProxies, deps.secureHost))
  app.use(secureHeaders)
  app.use(logRequests(deps.metrics, deps.log))
  app.get('/healthz', (c) => c.text('ok'))
  app.get('/readyz', (c) => (deps.runs.isReady() ? c.text('ready') : c.text('not ready', 503)))
  app.get('/metrics', createMetricsRoute(deps.metrics, deps.admin))
  // Shared from another app before the page's own receiver was there. Nothing is read of it.
  app.post('/receive', deps.costs('nothing'), (c) => c.redirect('/?received=none', 303))
  app.use(createHostGuard(deps.allowedHosts))
  app.use('/api/*', packJson)
  const takeTurns = createReadingTurns()
  for (const path of ['/api/*', '/s/*']) app.use(path, takeTurns)
  // Before the visitor's cookie: whoever opens a link gets none.
  app.route('/api/shares', createOpenShareRoutes(deps))
  app.use('/api/*', visitor)
  app.get('/api/config', (c) => {
    const { mode, models, defaultModel } = deps.connection()
    return c.json({ mode, models, defaultModel, limits, samples } satisfies Config)
  })
  app.route('/api/access', createAccessRoutes(deps.access, deps.costs))
  app.route('/api/admin', createAdminRoutes(deps.admin, deps.operator, deps.costs))
  app.route(
    '/api/media',
    createMediaRoutes(deps.media, deps.fetchUrl, deps.fetchAllow, () => deps.connection().models, deps.costs),
  )
  app.route('/api/media', createThumbnailRoutes(deps.media))
  app.route('/api/pairings', createPairingRoutes(deps.pairings, deps.media, deps.publicUrl, deps.costs))
  // Before the routes that take any word for an id.
  app.route('/api/runs', createExportRoutes(deps))
  app.route('/api/runs', createRunRoutes(deps))
  app.route('/api/runs', createConversationRoutes(deps.conversations, deps.costs))
  app.route('/api/runs', createRunShareRoutes(deps))
  app.route('/api/shares', createShareRoutes(deps))
  const { staticFiles } = deps
  if (staticFiles) app.route('/s', createSharePageRoutes({ ...deps, assets: staticFiles.assets }))
  app.route('/', createPageRoutes(staticFiles))
  app.get('*', (c) => {
    const path = new URL(c.req.url).pathname
    if (path.startsWith('/api/')) return c.notFound()
    return staticFiles?.(c, path) ?? staticFiles?.(c, '/index.html', 404) ?? c.notFound()
  })
  app.notFound((c) => {
    const allowed = allowedMethods(app, c.req.path)
    if (staticFiles?.(c, c.req.path)) allowed.push('HEAD', 'GET')
    const isWrongMethod = allowed.length > 0 && !allowed.includes(c.req.method)
    if (!isWrongMethod) return toResponse(new ProblemError(404, 'not-found', 'There is nothing at this address.'))
    const allow = [...new Set(allowed)].join(', ')
    const problem = new ProblemError(405, 'method-not-allowed', `${c.req.method} is not for this address; ${allow} is.`)
    return toResponse(problem, { Allow: allow })
  })
  app.onError((error) => {
    if (error instanceof ProblemError) {
      if (error.cause !== undefined) deps.onFailure(error.cause)
      return toResponse(error)
    }
    if (error instanceof TextWorkLimit) return toResponse(error.toProblem())
    if (isDiskFull(error)) return toResponse(storageFull())
    deps.onFailure(error)
    if (isUnavailable(error)) return toResponse(databaseAway())
    return toResponse(
      new ProblemError(500, 'internal', 'The server failed. Try again; if it stays, tell whoever runs it.'),
    )
  })
  return app
}

function toResponse(
  { status, code, message, retryAfterS }: ProblemError,
  headers: Record<string, string> = {},
): Response {
  const problem: Problem = { type: 'about:blank', title: titles[status] ?? 'Refused', status, detail: message, code }
  return Response.json(problem, {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(retryAfterS !== undefined && { 'Retry-After': String(retryAfterS) }),
      ...(status === 503 && retryAfterS === undefined && { 'Retry-After': '5' }),
      ...headers,
    },
  })
}
