import { join } from 'node:path'
import { createGate } from './access/gate.ts'
import { createApp } from './app.ts'
import { connect } from './connection.ts'
import { openSqlite } from './database/open-sqlite.ts'
import { createConversations } from './history/conversations.ts'
import { createFetchUrl } from './media/fetch-url.ts'
import { createDiskFiles } from './media/media-files.ts'
import { createMediaLibrary } from './media/media-library.ts'
import { createRunStore } from './runs/run-store.ts'
import { createRuns } from './runs/runs.ts'
import { createEventStreams } from './routes/event-stream.ts'
import type { Settings } from './settings.ts'
import type { StaticFiles } from './static-files.ts'

/** Everything wired together as the settings say, listening nowhere yet. */
export async function createServer(settings: Settings, onFailure: (error: unknown) => void, staticFiles?: StaticFiles) {
  const connection = await connect(settings)
  const db = await openSqlite(settings.DATA_DIR)
  const store = createRunStore(db)
  const runs = createRuns(store, onFailure)
  await runs.open()
  const eventStreams = createEventStreams()
  const app = createApp({
    runs,
    eventStreams,
    conversations: createConversations(db, runs),
    media: createMediaLibrary(db, createDiskFiles(join(settings.DATA_DIR, 'media'))),
    fetchUrl: createFetchUrl({ allow: settings.MEDIA_FETCH_ALLOW }),
    connection,
    allowedHosts: [
      ...settings.ALLOWED_HOSTS,
      settings.HOST,
      ...(settings.PUBLIC_URL === undefined ? [] : [new URL(settings.PUBLIC_URL).hostname]),
    ],
    trustedProxies: settings.TRUST_PROXY,
    ...(settings.PUBLIC_URL?.startsWith('https:') && { secureHost: new URL(settings.PUBLIC_URL).host }),
    access: createGate(db, 'access', settings.ACCESS_CODE, 30 * 24 * 3600),
    onFailure,
    ...(staticFiles && { staticFiles }),
  })
  return {
    app,
    connection,
    /** Answers on while live runs have their grace; then all who watch are asked to come again. */
    async shutDown() {
      await runs.shutDown(settings.SHUTDOWN_GRACE_S * 1000)
      eventStreams.end()
    },
    close: () => db.destroy(),
  }
}
