import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import sharp from 'sharp'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import type { Database } from '../database/open-database.ts'
import { createDiskFiles } from '../media/store/media-store.ts'
import { createMediaLibrary } from '../media/media-library.ts'
import { createHashAddress } from './hashed-address.ts'
import { createPixelLimit } from './pixel-limit.ts'

const photo = 12_000_000

eachDatabase((create) => {
  let database: TestDatabase
  let db: Database['db']
  beforeAll(async () => {
    database = await create()
    db = (await database.open()).db
  })
  afterAll(() => database.drop())
  afterEach(() => vi.useRealTimers())

  const createLimit = (isOwn: boolean) => createPixelLimit({ db, toAddressKey: createHashAddress(db), isOwn })

  test('a visitor has so many pixels a minute, an address ten times as many, on all instances together', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const instances = [createLimit(false), createLimit(false)]
    const take = (at: number, visitor: string, address = '203.0.113.7') =>
      instances[at % 2]?.({ visitor, address }, photo).then(
        () => 'taken',
        (error: { code: string; retryAfterS: number }) => [error.code, error.retryAfterS > 0],
      )
    for (let at = 0; at < 40; at += 1) expect(await take(at, 'a')).toBe('taken')
    expect(await take(0, 'a')).toEqual(['pixels-per-minute', true])
    for (let at = 0; at < 358; at += 1) await take(at, `${Math.floor(at / 40)}`)
    // What was refused to the visitor was taken from the address.
    expect(await take(0, 'late')).toBe('taken')
    expect(await take(1, 'late')).toEqual(['pixels-per-minute', true])
    expect(await take(0, 'late', '203.0.113.8')).toBe('taken')
    vi.setSystemTime(Date.now() + 2_000)
    expect(await take(1, 'late')).toBe('taken')
  })

  test('in the middle of an import it is waited for', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const limit = createLimit(true)
    const writer = { visitor: 'v', isPatient: true }
    for (let at = 0; at < 400; at += 1) await limit(writer, photo)
    await expect(limit({ ...writer, isPatient: false }, photo)).rejects.toMatchObject({ code: 'pixels-per-minute' })
    let isTaken = false
    const waiting = limit(writer, photo).then(() => (isTaken = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(isTaken).toBe(false)
    vi.setSystemTime(Date.now() + 1_000)
    await waiting
    expect(isTaken).toBe(true)
  })

  test('a picture is counted by its pixels before it is decoded; what is refused is not kept', async () => {
    const counted: number[] = []
    const takePixels = async (_: unknown, pixels: number) => {
      counted.push(pixels)
      if (pixels > 20_000) throw new Error('too many')
    }
    const media = createMediaLibrary(db, createDiskFiles(`${database.env['DATA_DIR']}/media`), { takePixels })
    const picture = async (width: number) =>
      new Uint8Array(
        await sharp({ create: { width, height: 100, channels: 3, background: '#888' } })
          .png()
          .toBuffer(),
      )
    await media.add(await picture(100), { visitor: 'v' })
    await expect(media.add(await picture(300), { visitor: 'v' })).rejects.toThrow('too many')
    expect(counted).toEqual([10_000, 30_000])
    expect(await db.selectFrom('media').select('id').execute()).toHaveLength(1)
  })
})
