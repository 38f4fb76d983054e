import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import { createDiskFiles } from '../media/store/media-store.ts'
import { createMediaLibrary } from '../media/media-library.ts'
import { createRetention, createMonotonicClock } from './retention.ts'
import { createRunStore } from '../runs/run-store.ts'
import { createRuns } from '../runs/runs.ts'

const hour = 3_600_000
eachDatabase((create) => {
  let database: TestDatabase
  let dir = ''
  beforeEach(async () => {
    database = await create()
    dir = mkdtempSync(join(tmpdir(), 'showwork-retention-'))
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await database.drop()
    rmSync(dir, { recursive: true, force: true })
  })

  const picture = async (width: number) =>
    new Uint8Array(
      await sharp({ create: { width, height: 100, channels: 3, background: '#abc' } })
        .png()
        .toBuffer(),
    )

  async function open(options: { keepRunsMs?: number; quotaBytes?: number } = {}) {
    const { db } = await database.open()
    const files = createDiskFiles(join(dir, 'media'))
    const media = createMediaLibrary(db, files, { quotaBytes: options.quotaBytes ?? Infinity })
    const runs = createRuns(createRunStore(db), () => {})
    const retention = createRetention(db, files, { unaskedMediaMs: 24 * hour, ...options })
    const ask = async (mediaIds: string[], parent?: string) => {
      const { run } = await runs.create(
        {
          visitor: 'v',
          question: 'x?',
          media: await Promise.all(mediaIds.map((id) => media.read(id, 'v'))),
          model: 'm',
          thinking: { enabled: true },
          bodyHash: 'h',
          ...(parent !== undefined && { parent }),
        },
        async (_signal, emit) => await emit({ type: 'finish', reason: 'stop' }),
      )
      await vi.waitFor(async () => expect((await runs.read(run.id, 'v')).status).toBe('finished'))
      return run.id
    }
    const age = async (ms: number) => {
      for (const folder of await readdir(join(dir, 'media')))
        for (const name of await readdir(join(dir, 'media', folder)))
          utimesSync(join(dir, 'media', folder, name), new Date(Date.now() - ms), new Date(Date.now() - ms))
    }
    const fileCount = async () =>
      (
        await Promise.all((await readdir(join(dir, 'media'))).map((folder) => readdir(join(dir, 'media', folder))))
      ).flat().length
    return { db, media, runs, retention, ask, age, fileCount }
  }

  test('a picture that was never asked about goes after 24 hours, one that was asked about stays', async () => {
    const { media, retention, ask, age, fileCount } = await open()
    const asked = await media.add(await picture(30), { visitor: 'v' })
    const unasked = await media.add(await picture(40), { visitor: 'v' })
    await ask([asked.id])
    await age(30 * hour)
    await retention.sweep(Date.now() + 23 * hour)
    expect((await media.read(unasked.id, 'v')).id).toBe(unasked.id)
    await retention.sweep(Date.now() + 25 * hour)
    await expect(media.read(unasked.id, 'v')).rejects.toMatchObject({ code: 'unknown-media' })
    expect((await media.read(asked.id, 'v')).id).toBe(asked.id)
    expect(await fileCount()).toBe(1)
  })

  test('pictures of a deleted question go with it, and one added again is new', async () => {
    const { db, media, retention, runs, ask, age, fileCount } = await open()
    const first = await media.add(await picture(30), { visitor: 'v' })
    const again = await media.add(await picture(40), { visitor: 'v' })
    const id = await ask([first.id, again.id])
    await runs.delete(id, 'v')
    await createRunStore(db).purge(Date.now() + 60_000)
    expect((await media.add(await picture(40), { visitor: 'v' })).id).toBe(again.id)
    await age(2 * hour)
    await retention.sweep()
    await expect(media.read(first.id, 'v')).rejects.toMatchObject({ code: 'unknown-media' })
    expect((await media.read(again.id, 'v')).id).toBe(again.id)
    expect(await fileCount()).toBe(1)
  })

  test('files without a row and halves of files are swept when they are old, not before', async () => {
    const { media, retention, age, fileCount } = await open()
    const kept = await media.add(await picture(30), { visitor: 'v' })
    const folder = join(dir, 'media', (await readdir(join(dir, 'media')))[0] ?? '')
    writeFileSync(join(folder, 'a'.repeat(64)), 'no row')
    writeFileSync(join(folder, `${'b'.repeat(64)}.0011aabb.tmp`), 'half')
    await retention.sweep()
    expect(await fileCount()).toBe(3)
    await age(2 * hour)
    await retention.sweep()
    expect(await fileCount()).toBe(1)
    const { read } = await media.open(kept.id, 'v')
    expect((await read()).byteLength).toBeGreaterThan(0)
  })

  test('a visitor’s pictures have room up to the quota; deleting makes room again', async () => {
    const size = (await picture(200)).byteLength
    const { db, media, runs, ask } = await open({ quotaBytes: size * 1.5 })
    const first = await media.add(await picture(200), { visitor: 'v' })
    const id = await ask([first.id])
    await expect(media.add(await picture(201), { visitor: 'v' })).rejects.toMatchObject({
      status: 413,
      code: 'quota-full',
    })
    await expect(media.add(await picture(201), { visitor: 'w' })).resolves.toMatchObject({ width: 201 })
    await runs.delete(id, 'v')
    await createRunStore(db).purge(Date.now() + 60_000)
    await expect(media.add(await picture(201), { visitor: 'v' })).resolves.toMatchObject({ width: 201 })
  })

  test('old runs expire where that is wished; what something newer follows on stays', async () => {
    const { db, runs, retention, ask } = await open({ keepRunsMs: 30 * 24 * hour })
    const old = await ask([])
    const followed = await ask([])
    await ask([], followed)
    await db
      .updateTable('runs')
      .set({ created_at: Date.now() - 31 * 24 * hour })
      .where('id', 'in', [old, followed])
      .execute()
    await retention.sweep()
    await expect(runs.read(old, 'v')).rejects.toMatchObject({ status: 404 })
    expect((await runs.read(followed, 'v')).id).toBe(followed)
    await retention.sweep(Date.now() + 31 * 24 * hour)
    await expect(runs.read(followed, 'v')).rejects.toMatchObject({ status: 404 })
  })

  test('a clock that jumps while the server runs moves nothing', () => {
    const now = createMonotonicClock()
    const before = now()
    vi.spyOn(Date, 'now').mockReturnValue(before + 365 * 24 * hour)
    expect(now() - before).toBeLessThan(hour)
  })

  test('nor does one that was ahead at the start and is set right: what is new stays, what was deleted goes', async () => {
    const right = Date.now()
    const clock = vi.spyOn(Date, 'now').mockReturnValue(right + 365 * 24 * hour)
    const { media, retention, ask, runs, db } = await open({ keepRunsMs: 30 * 24 * hour })
    const early = await ask([])
    await runs.delete(early, 'v')
    clock.mockReturnValue(right)
    const { id } = await media.add(await picture(40), { visitor: 'v' })
    const late = await ask([])
    await retention.sweep()
    expect(await media.read(id, 'v')).toMatchObject({ id })
    expect(await runs.read(late, 'v')).toMatchObject({ id: late })
    await expect(runs.restore(early, 'v')).rejects.toThrow('cannot be restored')
    await createRunStore(db).purge(right)
    expect(await db.selectFrom('runs').select('id').execute()).toEqual([{ id: late }])
  })
})
