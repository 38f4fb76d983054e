import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Media } from '../../shared/media.ts'
import type { Run, RunEvent } from '../../shared/run/run.ts'
import type { Share, SharedView } from '../../shared/share.ts'
import { composeServer } from '../compose.ts'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import { parseSettings } from '../settings.ts'
import { readStaticFiles } from '../http/static-files.ts'

const chunk = (delta: object, rest: object = {}) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }], usage: null, ...rest })}\n\n`
const usage = {
  prompt_tokens: 5,
  completion_tokens: 377377,
  total_tokens: 782,
  completion_tokens_details: { reasoning_tokens: 700 },
}

/** A model that thinks at once and answers when `release` is called, or at once where it need not wait. */
async function startModel() {
  const held = { isHolding: false, release: () => {} }
  const upstream = createHttpServer((incoming, response) => {
    incoming.resume()
    if (!incoming.url?.endsWith('/chat/completions')) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(chunk({ reasoning_content: 'THINKING-TEXT' }))
    const answer = () =>
      response.end(
        chunk({ content: 'ANSWER-TEXT' }) +
          `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n` +
          `data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`,
      )
    if (held.isHolding) held.release = answer
    else answer()
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  const close = () => {
    upstream.closeAllConnections()
    upstream.close()
  }
  return { held, url: `http://127.0.0.1:${port}/v1`, close }
}

const patience = { timeout: 10_000, interval: 20 }

async function open(database: TestDatabase) {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-shares-'))
  const model = await startModel()
  const { held } = model
  const failures: unknown[] = []
  const settings = parseSettings({ ...database.env, MODEL_BASE_URL: model.url, SHUTDOWN_GRACE_S: '0' })
  const client = join(dir, 'client')
  mkdirSync(join(client, 'assets'), { recursive: true })
  writeFileSync(
    join(client, 'index.html'),
    '<!doctype html><head><script type="module" src="/assets/index-1.js"></script><link rel="stylesheet" href="/assets/index-1.css"></head>',
  )
  const renderer = { file: 'assets/markdown-1.js', css: ['assets/markdown-12345678.css'] }
  writeFileSync(join(client, 'manifest.json'), JSON.stringify({ 'src/client/markdown/markdown.tsx': renderer }))
  const { app, shutDown, close } = await composeServer(
    settings,
    (error) => failures.push(error),
    readStaticFiles(client),
  )
  const request = async (path: string, init: RequestInit = {}) =>
    await app.request(`http://localhost:3000${path}`, init)
  const send = (method: string, path: string, body?: unknown, cookie = '') =>
    request(path, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...(cookie && { cookie }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const fresh = async () => cookieOf(await request('/api/config'))
  let owner = await fresh()

  return {
    failures,
    held,
    owner: () => owner,
    async renewOwner() {
      owner = await fresh()
      held.isHolding = false
    },
    fresh,
    request,
    send,
    release: () => held.release(),
    async addPicture(): Promise<Media> {
      const png = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#ff0000' } })
        .png()
        .toBuffer()
      const body = new FormData()
      body.set('file', new File([new Uint8Array(png)], 'a.png', { type: 'image/png' }))
      const response = await request('/api/media', { method: 'POST', body, headers: { cookie: owner } })
      return (await response.json()) as Media
    },
    async ask(body: object): Promise<Run> {
      return (await (await send('POST', '/api/runs', { question: 'QUESTION-TEXT', ...body }, owner)).json()) as Run
    },
    async finished(id: string): Promise<Run> {
      return await vi.waitFor(async () => {
        const run = (await (await send('GET', `/api/runs/${id}`, undefined, owner)).json()) as Run
        expect(run.status).toBe('finished')
        return run
      }, patience)
    },
    async share(runId: string, body: object = {}): Promise<Share> {
      const response = await send('POST', `/api/runs/${runId}/shares`, body, owner)
      expect(response.status).toBe(201)
      return (await response.json()) as Share
    },
    async view(id: string): Promise<SharedView> {
      return (await (await request(`/api/shares/${id}`)).json()) as SharedView
    },
    /** Resolves once the model's first words are shown. */
    async thinks(id: string): Promise<void> {
      await vi.waitFor(async () => expect((await this.view(id)).run.thinkingText).toBe('THINKING-TEXT'), patience)
    },
    async close() {
      await shutDown()
      await close()
      model.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

eachDatabase((create) => {
  let server: Awaited<ReturnType<typeof open>>
  let database: TestDatabase
  beforeAll(async () => {
    database = await create()
    server = await open(database)
  })
  beforeEach(() => server.renewOwner())
  afterAll(async () => {
    await server.close()
    await database.drop()
    expect(server.failures).toEqual([])
  })

  const toEvents = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('data:'))
      .map((line) => JSON.parse(line.slice(5)) as RunEvent)

  /** Everything a stranger can get out of a link, as one text. */
  async function readEverything(id: string, mediaIds: string[]): Promise<string> {
    const api = `/api/shares/${id}`
    const media = mediaIds.map((mediaId) => `${api}/media/${mediaId}`)
    const paths = [api, `${api}/events`, `${api}/events?after=1`, ...media, `/s/${id}`]
    const parts = await Promise.all(
      paths.map(async (path) => {
        const response = await server.request(path)
        const bytes = Buffer.from(await response.arrayBuffer()).toString('latin1')
        return `${response.status} ${JSON.stringify([...response.headers])} ${bytes}`
      }),
    )
    return parts.join('\n')
  }

  describe('a link shows what is on and nothing of what is off', () => {
    const parts = ['question', 'media', 'thinking'] as const
    const combinations = Array.from({ length: 8 }, (_, bits) =>
      Object.fromEntries(parts.map((part, index) => [part, (bits & (1 << index)) !== 0])),
    ) as Record<(typeof parts)[number], boolean>[]

    test.each(combinations)('%j', async (include) => {
      const picture = await server.addPicture()
      const run = await server.ask({ media: [picture.id] })
      await server.finished(run.id)
      const share = await server.share(run.id, { include })
      const text = await readEverything(share.id, [picture.id])
      expect(text).toContain('ANSWER-TEXT')
      expect(text.includes('QUESTION-TEXT')).toBe(include.question)
      expect(text.includes('THINKING-TEXT')).toBe(include.thinking)
      expect(text.includes('thinkingTokens')).toBe(include.thinking)
      expect(text.includes('thinkingStartedAt')).toBe(include.thinking)
      expect(text.includes('377377')).toBe(include.thinking)
      expect(text.includes(picture.id)).toBe(include.media)
      expect(text.includes('\x89PNG')).toBe(include.media)
      expect(text).not.toContain(run.id)
      expect(text.toLowerCase()).not.toContain('set-cookie')
    })

    test('and it lets nobody else list, keep or trace it', async () => {
      const run = await server.ask({})
      const share = await server.share(run.id)
      const { headers } = await server.request(`/api/shares/${share.id}`)
      expect(headers.get('x-robots-tag')).toContain('noindex')
      expect(headers.get('cache-control')).toBe('private, no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(share.id).toMatch(/^[\w-]{22}$/)
      expect(share.url).toBe(`http://localhost:3000/s/${share.id}`)
      expect(share.reach).toBe('this-computer')
    })
  })

  test('a covered part is burned into the shared copy; the owner’s picture is untouched', async () => {
    const picture = await server.addPicture()
    const run = await server.ask({ media: [picture.id] })
    const box = { media: picture.id, x: 10.4, y: 5.6, width: 20, height: 10 }
    const share = await server.share(run.id, {
      covers: [box, { media: picture.id, x: 60, y: 40, width: 999, height: 9 }],
    })
    const read = async (path: string, cookie = '') => {
      const response = await server.request(path, { headers: { cookie } })
      const { data, info } = await sharp(await response.arrayBuffer())
        .raw()
        .toBuffer({ resolveWithObject: true })
      return (x: number, y: number) => [...data.subarray((y * info.width + x) * info.channels).subarray(0, 3)]
    }
    const shared = await read(`/api/shares/${share.id}/media/${picture.id}`)
    for (const [x, y] of [
      [10, 5],
      [20, 10],
      [30, 15],
      [63, 47],
    ] as const)
      expect(shared(x, y)).toEqual([32, 36, 31])
    for (const [x, y] of [
      [9, 5],
      [31, 10],
      [10, 16],
      [59, 47],
    ] as const)
      expect(shared(x, y)).toEqual([255, 0, 0])
    const own = await read(`/api/media/${picture.id}`, server.owner())
    expect(own(20, 10)).toEqual([255, 0, 0])
    const elsewhere = await server.send(
      'PATCH',
      `/api/shares/${share.id}`,
      { covers: [{ ...box, media: 'other' }] },
      server.owner(),
    )
    expect(elsewhere.status).toBe(422)
  })

  describe('while the model thinks', () => {
    beforeEach(() => {
      server.held.isHolding = true
    })

    test('a viewer gets all so far at once, then the same live stream', async () => {
      const run = await server.ask({})
      const share = await server.share(run.id)
      await server.thinks(share.id)
      const streams = await Promise.all(
        Array.from({ length: 20 }, () => server.request(`/api/shares/${share.id}/events?after=0`)),
      )
      server.release()
      const own = await server.send('GET', `/api/runs/${run.id}/events`, undefined, server.owner())
      const expected = toEvents(await own.text())
      expect(expected.at(-1)?.type).toBe('finish')
      for (const stream of streams) expect(toEvents(await stream.text())).toEqual(expected)
      const after = await server.request(`/api/shares/${share.id}/events?after=${expected.length}`)
      expect(after.status).toBe(204)
    })

    test.each([
      ['revoked', (share: Share) => server.send('DELETE', `/api/shares/${share.id}`, undefined, server.owner()), 404],
      ['revoked with all others', () => server.send('DELETE', '/api/shares', undefined, server.owner()), 404],
      [
        'deleted with its run',
        (share: Share) => server.send('DELETE', `/api/runs/${share.run}`, undefined, server.owner()),
        404,
      ],
      [
        'shown without thinking from now on',
        (share: Share) =>
          server.send('PATCH', `/api/shares/${share.id}`, { include: { thinking: false } }, server.owner()),
        200,
      ],
    ])('who watches a link is cut off when it is %s', async (_name, change, status) => {
      const run = await server.ask({})
      const share = await server.share(run.id)
      const stream = await server.request(`/api/shares/${share.id}/events`)
      const reading = stream.text()
      const startedAt = Date.now()
      await change(share)
      const text = await reading
      expect(Date.now() - startedAt).toBeLessThan(1_000)
      expect(text).not.toContain('ANSWER-TEXT')
      const again = await server.request(`/api/shares/${share.id}`)
      expect(again.status).toBe(status)
      expect(await again.text()).not.toContain('THINKING-TEXT')
      server.release()
    })
  })

  test('a link ends with its time, and its owner can give it new time at the same address', async () => {
    const picture = await server.addPicture()
    const run = await server.ask({ media: [picture.id] })
    const share = await server.share(run.id)
    const dayMs = 24 * 3_600_000
    expect(share.expiresAt).toBe(share.createdAt + 30 * dayMs)
    const now = vi.spyOn(Date, 'now').mockReturnValue((share.expiresAt ?? 0) + 1)
    try {
      const api = `/api/shares/${share.id}`
      for (const path of [api, `${api}/events`, `${api}/media/${picture.id}`, `${api}/preview.png`, `/s/${share.id}`]) {
        expect((await server.request(path)).status).toBe(404)
      }
      await server.send('PATCH', `/api/shares/${share.id}`, { expiresInDays: 7 }, server.owner())
      expect((await server.request(`/api/shares/${share.id}`)).status).toBe(200)
      const forever = await server.send('PATCH', `/api/shares/${share.id}`, { expiresInDays: null }, server.owner())
      expect(((await forever.json()) as Share).expiresAt).toBeNull()
    } finally {
      now.mockRestore()
    }
  })

  test('a link shows one run, or the conversation up to it and no further', async () => {
    const first = await server.ask({ question: 'FIRST' })
    await server.finished(first.id)
    const second = await server.ask({ question: 'SECOND', parent: first.id })
    await server.finished(second.id)
    const third = await server.ask({ question: 'THIRD', parent: second.id })
    await server.finished(third.id)
    const share = await server.share(second.id, { scope: 'conversation' })
    const view = await server.view(share.id)
    expect([...view.earlier, view.run].map(({ question }) => question)).toEqual(['FIRST', 'SECOND'])
    const [earlier] = view.earlier
    const events = await server.request(`/api/shares/${share.id}/events?run=${earlier?.id}`)
    expect(toEvents(await events.text()).at(-1)?.type).toBe('finish')
    await server.send('PATCH', `/api/shares/${share.id}`, { scope: 'run' }, server.owner())
    const alone = await server.view(share.id)
    expect(alone.earlier).toEqual([])
    expect(alone.run.question).toBe('SECOND')
    expect((await server.request(`/api/shares/${share.id}/events?run=${earlier?.id}`)).status).toBe(404)
  })

  describe('somebody who goes on from a link', () => {
    test('gets a copy of what it shows and nothing more, which outlives the link', async () => {
      const picture = await server.addPicture()
      const run = await server.ask({ media: [picture.id] })
      const own = await server.finished(run.id)
      const include = { question: false, thinking: false }
      const covers = [{ media: picture.id, x: 0, y: 0, width: 64, height: 48 }]
      const share = await server.share(run.id, { include, covers })
      const stranger = await server.fresh()
      const made = await server.send('POST', `/api/shares/${share.id}/copies`, { untitled: 'Untitled' }, stranger)
      expect(made.status).toBe(201)
      const copy = (await made.json()) as Run
      expect(copy).toMatchObject({
        question: 'Untitled',
        thinkingText: '',
        answerText: 'ANSWER-TEXT',
        status: 'finished',
      })
      await server.send('DELETE', `/api/shares/${share.id}`, undefined, server.owner())
      await server.send('DELETE', `/api/runs/${run.id}`, undefined, server.owner())
      const events = await server.send('GET', `/api/runs/${copy.id}/events`, undefined, stranger)
      const text = await events.text()
      expect(toEvents(text).map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
      expect(text + JSON.stringify(copy)).not.toMatch(/QUESTION-TEXT|THINKING-TEXT|thinkingTokens/)
      const [item] = copy.media
      expect(item?.id).not.toBe(picture.id)
      const bytes = await server.send('GET', `/api/media/${item?.id}`, undefined, stranger)
      const { dominant } = await sharp(await bytes.arrayBuffer()).stats()
      expect(dominant.r).toBeLessThan(60)
      expect((await server.send('GET', `/api/runs/${copy.id}`, undefined, server.owner())).status).toBe(404)
      expect(own.question).toBe('QUESTION-TEXT')
    })

    test('gets the whole conversation that is shared, in its order', async () => {
      const first = await server.ask({ question: 'FIRST' })
      await server.finished(first.id)
      const second = await server.ask({ question: 'SECOND', parent: first.id })
      await server.finished(second.id)
      const share = await server.share(second.id, { scope: 'conversation' })
      const stranger = await server.fresh()
      const made = await server.send('POST', `/api/shares/${share.id}/copies`, {}, stranger)
      const copy = (await made.json()) as Run
      const parent = await server.send('GET', `/api/runs/${copy.parent}`, undefined, stranger)
      expect([((await parent.json()) as Run).question, copy.question]).toEqual(['FIRST', 'SECOND'])
      expect(copy.thinkingText).toBe('THINKING-TEXT')
    })

    test('waits for the end of a live run', async () => {
      server.held.isHolding = true
      const run = await server.ask({})
      const share = await server.share(run.id)
      await server.thinks(share.id)
      const early = await server.send('POST', `/api/shares/${share.id}/copies`, {}, await server.fresh())
      expect(early.status).toBe(409)
      server.release()
      await server.finished(run.id)
    })
  })

  describe('each route for everybody', () => {
    const bodies: Record<string, unknown> = { POST: {}, PATCH: {} }
    const open200 = { owner: 200, other: 200, link: 200, nobody: 200 }
    /** `link`: somebody who has the link; `other`, `nobody`: with a cookie and without one, knowing the ids all the same. */
    const matrix: [method: string, path: string, expected: Record<string, number>][] = [
      ['GET', '/api/runs/RUN', { owner: 200, other: 404, link: 404, nobody: 404 }],
      ['GET', '/api/runs/RUN/thread', { owner: 200, other: 404, link: 404, nobody: 404 }],
      ['GET', '/api/runs/RUN/export?format=html', { owner: 200, other: 404, link: 404, nobody: 404 }],
      ['GET', '/api/runs/RUN/export?format=docx', { owner: 200, other: 404, link: 404, nobody: 404 }],
      ['GET', '/api/runs/RUN/export?format=markdown', { owner: 200, other: 404, link: 404, nobody: 404 }],
      ['PATCH', '/api/runs/RUN', { owner: 200, other: 404, link: 404, nobody: 404 }],
      ['GET', '/api/media/MEDIA/thumb', { owner: 200, other: 404, link: 404, nobody: 404 }],
      ['GET', '/api/runs/RUN/events', { owner: 200, other: 404, link: 404, nobody: 404 }],
      ['POST', '/api/runs/RUN/stop', { owner: 200, other: 404, link: 404, nobody: 404 }],
      ['POST', '/api/runs/RUN/restore', { owner: 404, other: 404, link: 404, nobody: 404 }],
      ['POST', '/api/runs/RUN/shares', { owner: 201, other: 404, link: 404, nobody: 404 }],
      ['GET', '/api/media/MEDIA', { owner: 200, other: 404, link: 404, nobody: 404 }],
      ['GET', '/api/shares/SHARE', open200],
      ['GET', '/api/shares/SHARE/events', open200],
      ['GET', '/api/shares/SHARE/media/MEDIA', open200],
      ['GET', '/api/shares/SHARE/media/FOREIGN', { owner: 404, other: 404, link: 404, nobody: 404 }],
      ['GET', '/api/shares/SHARE/events?run=RUN', { owner: 404, other: 404, link: 404, nobody: 404 }],
      ['GET', '/api/shares/RUN', { owner: 404, other: 404, link: 404, nobody: 404 }],
      ['PATCH', '/api/shares/SHARE', { owner: 200, other: 404, link: 404, nobody: 404 }],
      ['DELETE', '/api/shares/SHARE', { owner: 204, other: 404, link: 404, nobody: 404 }],
      ['POST', '/api/shares/SHARE/copies', { owner: 201, other: 201, link: 201, nobody: 201 }],
      ['GET', '/s/SHARE', open200],
      ['GET', '/s/RUN', { owner: 404, other: 404, link: 404, nobody: 404 }],
      ['GET', '/api/shares/SHARE/preview.png', open200],
      ['DELETE', '/api/runs/RUN', { owner: 204, other: 404, link: 404, nobody: 404 }],
    ]
    test.each(matrix)('%s %s', async (method, path, expected) => {
      const picture = await server.addPicture()
      const foreign = await server.addPicture()
      const run = await server.ask({ media: [picture.id] })
      await server.finished(run.id)
      const share = await server.share(run.id)
      const real = path
        .replace('RUN', run.id)
        .replace('SHARE', share.id)
        .replace('MEDIA', picture.id)
        .replace('FOREIGN', `${foreign.id}x`)
      const other = await server.fresh()
      const link = await server.fresh()
      await server.request(`/api/shares/${share.id}`, { headers: { cookie: link } })
      const cookies: Record<string, string> = { nobody: '', other, link, owner: server.owner() }
      for (const [who, cookie] of Object.entries(cookies)) {
        const response = await server.send(method, real, bodies[method], cookie)
        expect({ who, status: response.status }).toEqual({ who, status: expected[who] })
      }
    })

    test('the list shows own links only, and revoking all leaves other people’s alone', async () => {
      const run = await server.ask({})
      const share = await server.share(run.id)
      const other = await server.fresh()
      const list = async (cookie: string) =>
        ((await (await server.send('GET', '/api/shares', undefined, cookie)).json()) as { items: Share[] }).items
      expect((await list(server.owner())).map(({ id }) => id)).toEqual([share.id])
      expect(await list(other)).toEqual([])
      expect((await server.send('DELETE', '/api/shares', undefined, other)).status).toBe(204)
      expect(await list(server.owner())).toHaveLength(1)
      expect((await server.send('DELETE', '/api/shares', undefined, server.owner())).status).toBe(204)
      expect(await list(server.owner())).toEqual([])
    })
  })

  test.each([
    ['an unknown scope', { scope: 'all' }],
    ['an expiry of no days', { expiresInDays: 0 }],
    ['a box without size', { covers: [{ media: 'x', x: 0, y: 0, width: 0, height: 1 }] }],
    ['parts that are no switches', { include: { question: 'yes' } }],
  ])('%s is a 400 that names the field', async (_name, body) => {
    const run = await server.ask({})
    const response = await server.send('POST', `/api/runs/${run.id}/shares`, body, server.owner())
    expect(response.status).toBe(400)
    expect(await response.text()).toMatch(/scope|expiresInDays|covers|include/)
  })
})
