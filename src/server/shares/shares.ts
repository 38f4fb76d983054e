import { randomBytes } from 'node:crypto'
import type { Media } from '../../shared/media.ts'
import { isEnded, type Run, type RunEvent } from '../../shared/run/run.ts'
import { ProblemError } from '../../shared/problem.ts'
import {
  defaultExpiryDays,
  type ListedShare,
  type Share,
  type ShareChange,
  type SharedView,
  type ShareInclude,
} from '../../shared/share.ts'
import type { Storage } from '../spending/storage.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import { foldEnded, type EndedRun } from '../runs/outcome.ts'
import { weighEnded } from '../runs/run-rows.ts'
import type { Runs } from '../runs/runs.ts'
import type { Writer } from '../network/writer.ts'
import type { CoveredPictures } from './redacted-pictures.ts'
import type { ShareChannel } from './live/share-channel.ts'
import { createShareChannels } from './live/share-channels.ts'
import type { ShareStore, StoredShare } from './store.ts'

const dayMs = 24 * 3_600_000
const maxShares = 1_000
/** How soon a change made anywhere (another instance, a deletion, the time) cuts off who is watching. */
const checkMs = 400

const everything: ShareInclude = { question: true, media: true, thinking: true }

const gone = () =>
  new ProblemError(404, 'share-gone', 'This link was revoked or has expired, or what it showed was deleted.')
const notYours = () => new ProblemError(404, 'not-found', 'There is no such link, or it belongs to somebody else.')

const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/i

function toShare(stored: StoredShare, base: string): Share {
  const { id, runId, scope, include, covers, createdAt, updatedAt, expiresAt } = stored
  const url = new URL(`/s/${id}`, base)
  const reach = loopback.test(url.hostname) ? 'this-computer' : 'anyone'
  return { id, run: runId, url: url.href, reach, scope, include, covers, createdAt, updatedAt, expiresAt }
}

const toExpiry = (days: number | null | undefined, time: number) =>
  days === null ? null : time + (days ?? defaultExpiryDays) * dayMs

/** What a link opens: its runs, oldest first, each as the share shows it. */
type OpenShare = { share: StoredShare; channels: ShareChannel[] }

export type Shares = ReturnType<typeof createShares>

/** Links to runs: made, changed and revoked by the owner, opened by anyone who has one. */
export function createShares(deps: {
  store: ShareStore
  runs: Runs
  media: MediaLibrary
  pictures: CoveredPictures
  storage: Pick<Storage, 'openText'>
  onFailure: (error: unknown) => void
}) {
  const { store, runs, media, pictures } = deps
  const channels = createShareChannels(runs)
  let isChecking = false

  const closeStale = () => channels.cutStale((ids) => store.readVersions(ids, Date.now()))
  const timer = setInterval(() => {
    if (isChecking) return
    isChecking = true
    void closeStale()
      .catch(deps.onFailure)
      .finally(() => {
        isChecking = false
      })
  }, checkMs)
  timer.unref()

  /** The run, and with the whole conversation what led to it, oldest first. */
  async function readPath({ runId, visitor, scope }: Pick<StoredShare, 'runId' | 'visitor' | 'scope'>): Promise<Run[]> {
    const path = [await runs.read(runId, visitor)]
    for (let parent = path[0]?.parent; scope === 'conversation' && parent !== undefined; parent = path[0]?.parent) {
      path.unshift(await runs.read(parent, visitor))
    }
    return path
  }

  async function checkCovers(share: StoredShare) {
    const known = new Set((await readPath(share)).flatMap((run) => run.media.map(({ id }) => id)))
    if (share.covers.every((cover) => known.has(cover.media))) return
    throw new ProblemError(422, 'unknown-media', 'A box is over a picture that this link does not show. Remove it.')
  }

  async function open(id: string): Promise<OpenShare> {
    const share = await store.readOpen(id, Date.now())
    if (!share) throw gone()
    return { share, channels: await channels.open(share, () => readPath(share)) }
  }

  async function readMedia({ share, channels: opened }: OpenShare, mediaId: string) {
    const shown = opened.flatMap((channel) => channel.run().media).find((item) => item.id === mediaId)
    if (!shown) throw new ProblemError(404, 'not-found', 'This link does not show such a picture.')
    const { mime, read } = await media.open(mediaId, share.visitor)
    const boxes = share.covers.filter((cover) => cover.media === mediaId)
    return { mime, bytes: boxes.length === 0 ? await read() : await pictures.cover(mediaId, mime, read, boxes) }
  }

  async function copyRuns(
    opened: OpenShare,
    shown: { run: Run; ended: EndedRun }[],
    writer: Writer,
    untitled: string,
  ): Promise<Run> {
    const now = Date.now()
    let copied: Run | undefined
    for (const [index, { run, ended }] of shown.entries()) {
      const items: Media[] = []
      for (const item of run.media) {
        const { bytes } = await readMedia(opened, item.id)
        items.push(await media.add(bytes, { ...writer, isPatient: true }))
      }
      copied = await runs.importRun(
        {
          visitor: writer.visitor,
          question: run.question === '' ? untitled : run.question,
          media: items,
          model: run.model,
          thinking: run.thinking,
          createdAt: now + index,
          bodyHash: '',
          ...(run.isImported && { isImported: true }),
          ...(copied && { parent: copied.id }),
        },
        ended,
      )
    }
    if (!copied) throw gone()
    return copied
  }

  return {
    close: () => clearInterval(timer),

    async create(runId: string, visitor: string, change: ShareChange, base: string): Promise<Share> {
      await runs.read(runId, visitor)
      if ((await store.count(visitor)) >= maxShares) {
        throw new ProblemError(422, 'too-many-shares', `There may be ${maxShares} links. Revoke some first.`)
      }
      const now = Date.now()
      const share: StoredShare = {
        id: randomBytes(16).toString('base64url'),
        visitor,
        runId,
        scope: change.scope ?? 'run',
        include: { ...everything, ...change.include },
        covers: change.covers ?? [],
        createdAt: now,
        updatedAt: now,
        expiresAt: toExpiry(change.expiresInDays, now),
      }
      await checkCovers(share)
      await store.insert(share)
      return toShare(share, base)
    },

    /** The link stays; who watches is cut off and sees the changed share when asking again. */
    async change(id: string, visitor: string, change: ShareChange, base: string): Promise<Share> {
      const before = await store.readOwn(id, visitor)
      if (!before) throw notYours()
      const now = Date.now()
      const share: StoredShare = {
        ...before,
        scope: change.scope ?? before.scope,
        include: { ...before.include, ...change.include },
        covers: change.covers ?? before.covers,
        updatedAt: Math.max(now, before.updatedAt + 1),
        ...(change.expiresInDays !== undefined && { expiresAt: toExpiry(change.expiresInDays, now) }),
      }
      await checkCovers(share)
      await store.update(share)
      await channels.cut((open) => open.id === id)
      return toShare(share, base)
    },

    async list(visitor: string, base: string, runId?: string): Promise<ListedShare[]> {
      const stored = await store.list(visitor, runId)
      return stored.map((share) => ({ ...toShare(share, base), question: share.question.slice(0, 200) }))
    },

    async revoke(id: string, visitor: string): Promise<void> {
      if ((await store.delete(visitor, id)) === 0) throw notYours()
      await channels.cut((open) => open.id === id)
    },

    async revokeAll(visitor: string): Promise<void> {
      await store.delete(visitor)
      await channels.cut((open) => open.visitor === visitor)
    },

    /** All links of all visitors. */
    async revokeEvery(): Promise<void> {
      await store.deleteEvery()
      await channels.cut(() => true)
    },

    /** As anyone with the link sees it. `owner`: the visitor whose link it is. */
    async read(id: string): Promise<{ view: SharedView; owner: string }> {
      const { share, channels: opened } = await open(id)
      const shown = opened.map((channel) => channel.run())
      const run = shown.pop()
      if (!run) throw gone()
      const { scope, include, expiresAt, updatedAt: version } = share
      const view = { id: share.id, version, scope, include, expiresAt, run, earlier: shown }
      return { view, owner: share.visitor }
    },

    /** `shownId`: the id under which the share shows the run; absent, the run it points at. */
    async follow(id: string, shownId?: string): Promise<ShareChannel> {
      const { channels: opened } = await open(id)
      const channel = shownId === undefined ? opened.at(-1) : opened.find((candidate) => candidate.run().id === shownId)
      if (!channel) throw new ProblemError(404, 'not-found', 'This link does not show such a run.')
      return channel
    },

    /** What the share shows, as runs of the visitor's own: the last of them. `untitled` stands for a withheld question. */
    async copy(id: string, writer: Writer, untitled: string): Promise<Run> {
      const opened = await open(id)
      const shown = opened.channels.map((channel) => ({ run: channel.run(), ended: foldEnded(readAll(channel)) }))
      if (!shown.every(({ run }) => isEnded(run))) {
        throw new ProblemError(409, 'share-live', 'The answer is still being made. Go on with it once it has ended.')
      }
      const text = deps.storage.openText(writer)
      try {
        // All or nothing of it.
        await text.add(shown.reduce((bytes, { run, ended }) => bytes + weighEnded(run, ended), 0))
        return await copyRuns(opened, shown, writer, untitled)
      } finally {
        text.close()
      }
    },

    /** A shown picture, its boxes burned in. */
    async openMedia(id: string, mediaId: string): Promise<{ mime: string; bytes: Uint8Array }> {
      return await readMedia(await open(id), mediaId)
    },
  }
}

/** All its events, whatever its pages are. */
function readAll(channel: ShareChannel): RunEvent[] {
  const events: RunEvent[] = []
  for (let page = channel.read(0); page.length > 0; page = channel.read(page.at(-1)?.seq ?? 0)) events.push(...page)
  return events
}
