import { randomBytes } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Media } from '../../shared/media.ts'
import { ProblemError } from '../../shared/problem.ts'
import { videoRates } from '../../shared/video-rule.ts'
import type { TurnMedia } from '../model/contract.ts'
import { lockName, inTransaction, jsonNumber } from '../database/dialect.ts'
import type { Tables } from '../database/tables.ts'
import { deleteUnused } from './delete-unused.ts'
import { toHash } from './media-hash.ts'
import type { MediaFiles } from './store/media-store.ts'
import { toSubnet } from '../network/client-address.ts'
import type { PixelLimit } from '../spending/pixel-limit.ts'
import type { Writer } from '../network/writer.ts'
import { toFileKind } from './pictures/sniff-file-type.ts'
import { packFrames, unpackFrames } from './frame-pack.ts'
import { createPlaceholder, normaliseFrame, normaliseImage, type Decoding } from './pictures/normalise-image.ts'

/** What a whole video is let in by, as it comes. */
const videoStepBytes = 8_000_000

export type MediaLimits = {
  /** Of one visitor. */
  quotaBytes: number
  takePixels: PixelLimit
  /** Throws a ProblemError where so many bytes more may not be stored. */
  admit: (writer: Writer, bytes: number) => Promise<void>
}

export type MediaLibrary = ReturnType<typeof createMediaLibrary>

/** The pictures of each visitor: normalised once, stored under their hash, the same picture once per visitor. */
export function createMediaLibrary(db: Kysely<Tables>, files: MediaFiles, mediaLimits: Partial<MediaLimits> = {}) {
  const { quotaBytes = Infinity, takePixels = async () => {}, admit = async () => {} } = mediaLimits
  const toDecoding = (writer: Writer): Decoding => ({
    sender: {
      visitor: writer.visitor,
      address: writer.address === undefined ? '' : toSubnet(writer.address),
    },
    admit: (pixels) => takePixels(writer, pixels),
  })

  async function readRow(id: string, visitor: string) {
    const row = await db
      .selectFrom('media')
      .select(['hash', 'media'])
      .where('id', '=', id)
      .where('visitor', '=', visitor)
      .executeTakeFirst()
    if (!row)
      throw new ProblemError(
        404,
        'unknown-media',
        'There is no such picture, or it belongs to somebody else. Add it again.',
      )
    return { hash: row.hash, media: JSON.parse(row.media) as Media }
  }

  const quotaFull = () =>
    new ProblemError(
      413,
      'quota-full',
      `A visitor may keep ${Math.round(quotaBytes / 1_000_000)} MB of pictures here. Delete questions you no longer need, then add it again.`,
    )

  /** Rows that an older version wrote are weighed later. */
  const weight = sql`case when media.bytes > 0 then media.bytes else ${jsonNumber(db, 'media', 'bytes')} end`

  async function fits(trx: Kysely<Tables>, visitor: string, hash: string, bytes: number): Promise<boolean> {
    if (quotaBytes === Infinity) return true
    const { kept } = await trx
      .selectFrom('media')
      .select(sql<number | string>`coalesce(sum(${weight}), 0)`.as('kept'))
      .where('visitor', '=', visitor)
      .where('hash', '!=', hash)
      .executeTakeFirstOrThrow()
    return Number(kept) + bytes <= quotaBytes
  }

  async function checkQuota(visitor: string, hash: string, bytes: number) {
    if (await fits(db, visitor, hash, bytes)) return
    // What deleted questions left may go now.
    if ((await deleteUnused(db, visitor)) > 0 && (await fits(db, visitor, hash, bytes))) return
    throw quotaFull()
  }

  /** The latest run, not deleted, that asked about a picture. */
  async function readAsked(id: string, visitor: string): Promise<Media['asked']> {
    return await db
      .selectFrom('run_media')
      .innerJoin('runs', 'runs.id', 'run_media.run_id')
      .select(['runs.id', 'runs.question'])
      .where('run_media.media_id', '=', id)
      .where('runs.visitor', '=', visitor)
      .where('runs.deleted_at', 'is', null)
      .orderBy('runs.created_at', 'desc')
      .executeTakeFirst()
  }

  /** Under the hash of its bytes; what this visitor has already is not stored again. */
  async function store(facts: Omit<Media, 'id'>, bytes: Uint8Array, writer: Writer): Promise<Media> {
    const hash = toHash(bytes)
    await checkQuota(writer.visitor, hash, bytes.byteLength)
    if (!(await isKept(writer.visitor, hash))) await admit(writer, bytes.byteLength)
    // The file first: a row never stands without its bytes.
    await files.put(hash, bytes)
    return await keep(facts, hash, writer.visitor, bytes.byteLength)
  }

  async function isKept(visitor: string, hash: string): Promise<boolean> {
    const row = db.selectFrom('media').select('id').where('visitor', '=', visitor).where('hash', '=', hash)
    return (await row.executeTakeFirst()) !== undefined
  }

  async function keep(facts: Omit<Media, 'id'>, hash: string, visitor: string, bytes: number): Promise<Media> {
    const media: Media = { id: randomBytes(16).toString('base64url'), ...facts }
    const row = await inTransaction(db, async (trx) => {
      // However many a visitor sends at once, on however many instances.
      if (quotaBytes !== Infinity) await lockName(trx, `media:${visitor}`)
      if (!(await fits(trx, visitor, hash, bytes))) throw quotaFull()
      return await trx
        .insertInto('media')
        .values({ id: media.id, visitor, hash, media: JSON.stringify(media), created_at: Date.now(), bytes })
        .onConflict((conflict) =>
          conflict.columns(['visitor', 'hash']).doUpdateSet({ created_at: Date.now(), asked_at: null }),
        )
        .returning('media')
        .executeTakeFirstOrThrow()
    })
    // That frames were left out, or what it was made smaller from, is true of this file, not of the pixels.
    const { isFirstFrame: _frame, from: _from, ...stored } = JSON.parse(row.media) as Media
    const asked = stored.id === media.id ? undefined : await readAsked(stored.id, visitor)
    return {
      ...stored,
      ...(facts.isFirstFrame && { isFirstFrame: true }),
      ...(facts.from && { from: facts.from }),
      ...(asked && { asked }),
    }
  }

  return {
    async add(original: Uint8Array, writer: Writer): Promise<Media> {
      const { bytes, isFirstFrame, ...image } = await normaliseImage(original, toDecoding(writer))
      const facts = { kind: 'image' as const, ...image, bytes: bytes.byteLength, ...(isFirstFrame && { isFirstFrame }) }
      return await store(facts, bytes, writer)
    },

    /** A video as a list of its frames, `fps` of them a second. Each is normalised as a picture is. */
    async addFrames(originals: Uint8Array[], fps: number, writer: Writer): Promise<Media> {
      const decoding = toDecoding(writer)
      const frames = await Promise.all(originals.map((frame) => normaliseFrame(frame, decoding)))
      const pack = packFrames(
        frames.map(({ bytes }) => bytes),
        fps,
      )
      const facts = {
        kind: 'video' as const,
        mime: 'image/jpeg',
        width: frames[0]?.width ?? 0,
        height: frames[0]?.height ?? 0,
        bytes: pack.byteLength,
        frames: frames.length,
        fps,
        durationMs: Math.round((frames.length / fps) * 1000),
      }
      return await store(facts, pack, writer)
    },

    /** A whole video, kept as it is for a model service that takes files. */
    async addVideoFile(
      bytes: AsyncIterable<Uint8Array>,
      facts: { mime: string; fps: number; durationMs?: number; width?: number; height?: number },
      maxBytes: number,
      writer: Writer,
    ): Promise<Media> {
      let admitted = 0
      const { hash, size } = await files.receive(bytes, async ({ size: received, head }, isComplete) => {
        if (received > maxBytes) {
          throw new ProblemError(
            413,
            'media-too-big',
            `A video may have ${maxBytes / 1024 / 1024} MB. Send frames of it.`,
          )
        }
        if (received > admitted) {
          await admit(writer, videoStepBytes)
          await checkQuota(writer.visitor, '', received)
          admitted += videoStepBytes
        }
        if (!isComplete) return
        if (toFileKind(head) !== 'video') {
          throw new ProblemError(415, 'media-unsupported', 'This is no video we know. Send MP4, MOV, WebM, MKV or AVI.')
        }
        await checkQuota(writer.visitor, '', received)
      })
      const whole = { kind: 'video' as const, ...facts, bytes: size, isWhole: true }
      return await keep(whole, hash, writer.visitor, size)
    },

    /** A video that stays where it is: the upstream fetches it. */
    addVideoUrl: async (url: string, fps: number, writer: Writer): Promise<Media> =>
      await store({ kind: 'video', mime: 'video/mp4', url, fps }, Buffer.from(JSON.stringify({ url, fps })), writer),

    /** Resolves where pictures can be added and opened; throws a ProblemError while they cannot. */
    check: () => files.check(),

    read: async (id: string, visitor: string): Promise<Media> => (await readRow(id, visitor)).media,

    async open(id: string, visitor: string): Promise<TurnMedia> {
      const { hash, media } = await readRow(id, visitor)
      const read = () => files.read(hash)
      const size = media.bytes === undefined ? {} : { bytes: media.bytes }
      if (media.kind === 'image') return { mime: media.mime, read, ...size }
      const fps = media.fps ?? videoRates.default
      if (media.url !== undefined) {
        return { mime: 'image/png', read: () => createPlaceholder(), video: { fps, url: media.url } }
      }
      if (media.isWhole) {
        const file = { hash, mime: media.mime, size: media.bytes ?? 0, open: () => files.stream(hash) }
        return { mime: 'image/png', read: () => createPlaceholder(), video: { fps, file } }
      }
      const readFrames = async () => unpackFrames(await read())
      const readFirst = async () => (await readFrames())[0] ?? new Uint8Array()
      const { frames } = media
      return {
        mime: media.mime,
        read: readFirst,
        ...size,
        video: { fps, ...(frames !== undefined && { frames }), readFrames },
      }
    },
  }
}
