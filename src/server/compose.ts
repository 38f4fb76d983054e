import { createGate } from './access/gate.ts'
import { createAdmin } from './admin/admin.ts'
import { createApp } from './app.ts'
import { createModelProvider, type ModelProvider } from './ask/model-provider.ts'
import { throttleUnavailable } from './database/database-unavailable.ts'
import { readSpareBytes } from './database/dialect.ts'
import { openDatabase } from './database/open-database.ts'
import { createConversations } from './conversations/conversations.ts'
import { createSignatures } from './conversations/signatures.ts'
import { createHashAddress } from './spending/hashed-address.ts'
import { createLedger, type Allowances } from './spending/ledger.ts'
import { createAskQuestion } from './ask/ask-question.ts'
import { createDiskReserve, readDiskSpace } from './spending/disk-reserve.ts'
import { createMeter } from './spending/meter.ts'
import { createPixelLimit } from './spending/pixel-limit.ts'
import { createStorage } from './spending/storage.ts'
import { maintainLedger } from './spending/settle-orphans.ts'
import { isLoopbackOnly, toAllowances, toStorageAllowance } from './spending/allowances.ts'
import { createUploadMemory } from './spending/upload-memory.ts'
import { createTextRoom } from './spending/text-room.ts'
import { createFetchUrl } from './media/fetch-url.ts'
import { createMediaLibrary } from './media/media-library.ts'
import { openMediaFiles } from './media/store/open-media-store.ts'
import { silent, type Log } from './metrics/log.ts'
import { createMetrics } from './metrics/metrics.ts'
import { createPairings } from './pairing/pairings.ts'
import { createRetention } from './retention/retention.ts'
import { createInstances, toMachine } from './runs/instances/instances.ts'
import { createRunStore } from './runs/run-store.ts'
import { createRuns } from './runs/runs.ts'
import { createEventStreams } from './http/event-stream.ts'
import { createCosts } from './routes/policy.ts'
import { createUploadRoom } from './routes/read-upload.ts'
import { createRedactedPictures } from './shares/redacted-pictures.ts'
import { createShareStore } from './shares/store.ts'
import { createShares } from './shares/shares.ts'
import { inThread } from './text-workers/in-thread.ts'
import type { TextWork } from './text-workers/text-work.ts'
import { createExporter } from './export/export.ts'
import type { Settings } from './settings.ts'
import type { StaticFiles } from './http/static-files.ts'

/** A budget in money that some model would pass by uncounted is none. */
function checkPrices(allowances: Allowances, { mode, models }: ModelProvider) {
  const hasBudget = Object.values(allowances).some(({ costPerDay }) => costPerDay !== undefined)
  const unpriced = models.find(({ prices }) => prices === undefined || prices.length === 0)
  if (mode !== 'live' || !hasBudget || !unpriced) return
  const names = '*_COST_PER_DAY'
  throw new Error(
    `The setting ${names} is wrong: the model ${unpriced.id} has no price. Give it one in MODELS_FILE, or limit tokens.`,
  )
}

/** Everything wired together as the settings say, listening nowhere yet. */
export async function composeServer(
  settings: Settings,
  onEveryFailure: (error: unknown) => void,
  staticFiles?: StaticFiles,
  log: Log = silent,
  work: TextWork = inThread,
) {
  const onFailure = throttleUnavailable(onEveryFailure)
  const connected = await createModelProvider(settings, log)
  const { db, saving, signals, close } = await openDatabase(settings)
  const disk = createDiskReserve({
    readSpace: () => readDiskSpace(settings.DATA_DIR),
    readSpare: () => readSpareBytes(db),
    reserveBytes: settings.DISK_RESERVE_MB === undefined ? undefined : settings.DISK_RESERVE_MB * 1_000_000,
  })
  const connection = (): ModelProvider => {
    const now = connected()
    return { ...now, ask: (request, signal, emit) => disk.hold((...to) => now.ask(request, ...to))(signal, emit) }
  }
  const store = createRunStore(db, saving)
  const eventStreams = createEventStreams({ heartbeatMs: settings.HEARTBEAT_S * 1000 })
  const metrics = createMetrics({ viewers: eventStreams.count })
  const signatures = createSignatures(db, onFailure)
  const append: typeof store.append = async (...batch) => {
    const end = metrics.commits.startTimer()
    const lost = await store.append(...batch)
    end()
    signatures.add(batch[0].flatMap(({ runId, ended }) => (ended ? [runId] : [])))
    return lost
  }
  const isShared = settings.DATABASE_URL !== undefined
  const runs = createRuns({ ...store, append }, onFailure, {
    signals,
    ...(isShared && { instances: createInstances(toMachine()) }),
  })
  await runs.open()
  const allowances = toAllowances(settings)
  checkPrices(allowances, connection())
  const isOwn = isLoopbackOnly(settings)
  const ledger = createLedger(db, allowances)
  const relayed = createLedger(db, toAllowances(settings, false))
  const addressKey = createHashAddress(db)
  const meter = createMeter({ direct: ledger, relayed }, addressKey, onFailure)
  const stopTending = maintainLedger(db, ledger, () => connection().models, onFailure)
  const files = await openMediaFiles(settings, {
    onLost: onFailure,
    onFound: () => log.info({}, 'the object store answers again'),
  })
  const storage = createStorage({
    db,
    toAddressKey: addressKey,
    direct: toStorageAllowance(settings),
    relayed: toStorageAllowance(settings, false),
    disk,
  })
  const media = createMediaLibrary(db, files, {
    quotaBytes: settings.MEDIA_QUOTA_MB * 1_000_000,
    takePixels: createPixelLimit({ db, toAddressKey: addressKey, isOwn }),
    admit: storage.admitMedia,
  })
  const shares = createShares({
    store: createShareStore(db),
    runs,
    media,
    pictures: createRedactedPictures(),
    storage,
    onFailure,
  })
  const conversations = createConversations(db, runs)
  const retention = createRetention(db, files, {
    unaskedMediaMs: settings.UNASKED_MEDIA_HOURS * 3_600_000,
    ...(settings.KEEP_RUNS_DAYS !== undefined && { keepRunsMs: settings.KEEP_RUNS_DAYS * 24 * 3_600_000 }),
  })
  retention.start(onFailure)
  signatures.start()
  const access = createGate(db, 'access', settings.ACCESS_CODE, 30 * 24 * 3600)
  const admin = createGate(db, 'admin', settings.ADMIN_CODE, 12 * 3600)
  const app = createApp({
    runs,
    eventStreams,
    askQuestion: createAskQuestion({ runs, meter, media, connection, metrics, log }),
    costs: createCosts({
      db,
      toAddressKey: addressKey,
      access,
      admin,
      uploadRoom: createUploadRoom(createUploadMemory()),
      storage,
      isOwn,
    }),
    pairings: createPairings(db),
    media,
    shares,
    work,
    ...(settings.PUBLIC_URL !== undefined && { publicUrl: settings.PUBLIC_URL }),
    conversations,
    exporter: createExporter({ db, runs, media, storage, conversations, work, room: createTextRoom() }),
    fetchUrl: createFetchUrl({ allow: settings.MEDIA_FETCH_ALLOW }),
    fetchAllow: settings.MEDIA_FETCH_ALLOW,
    connection,
    allowedHosts: [
      ...settings.ALLOWED_HOSTS,
      settings.HOST,
      ...(settings.PUBLIC_URL === undefined ? [] : [new URL(settings.PUBLIC_URL).hostname]),
    ],
    trustedProxies: settings.TRUST_PROXY,
    ...(settings.PUBLIC_URL?.startsWith('https:') && { secureHost: new URL(settings.PUBLIC_URL).host }),
    access,
    admin,
    operator: createAdmin({ db, runs, shares, allowances, models: () => connection().models }),
    metrics,
    log,
    onFailure,
    ...(staticFiles && { staticFiles }),
  })
  return {
    app,
    connection,
    /** Answers on while live runs have their grace; then all who watch are asked to come again. */
    async shutDown(graceMs = settings.SHUTDOWN_GRACE_S * 1000) {
      await runs.shutDown(graceMs)
      eventStreams.end()
      stopTending()
      await meter.drain()
      shares.close()
      retention.stop()
      disk.close()
      await signatures.stop()
    },
    close,
  }
}
