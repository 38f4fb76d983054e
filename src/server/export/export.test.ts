import type { Nodes } from 'mdast'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { archiveHeader, toArchiveLine, type ArchivedRun, type ArchiveLine } from '../../shared/archive.ts'
import type { HistoryPage } from '../../shared/history.ts'
import { parseAnswer } from '../../shared/markdown/parse-answer.ts'
import type { Problem } from '../../shared/problem.ts'
import type { Run, RunEvent } from '../../shared/run/run.ts'
import type { Thread } from '../../shared/run/thread.ts'
import { toTimeline } from '../../shared/run/timeline.ts'
import { composeServer } from '../compose.ts'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import { parseSettings } from '../settings.ts'

eachDatabase((create) => {
  let database: TestDatabase
  let server: Awaited<ReturnType<typeof composeServer>>
  beforeAll(async () => {
    database = await create()
    const settings = { ...database.env, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0' }
    server = await composeServer(parseSettings(settings), () => {})
  })
  afterAll(async () => {
    await server.shutDown()
    await server.close()
    await database.drop()
  })

  /** A browser of its own. */
  function createVisitor() {
    let cookie = ''
    return async (path: string, init: RequestInit = {}) => {
      const response = await server.app.request(`http://localhost:3000${path}`, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), ...(cookie !== '' && { cookie }) },
      })
      cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? ''
      return response
    }
  }
  type Visitor = ReturnType<typeof createVisitor>

  const events = (thinking: string, answer: string): RunEvent[] => [
    { seq: 1, at: 0, type: 'start', model: 'm' },
    ...(thinking === '' ? [] : [{ seq: 2, at: 900, type: 'thinking-delta' as const, text: thinking }]),
    { seq: 3, at: 2_100, type: 'answer-delta', text: answer.slice(0, 5) },
    { seq: 4, at: 2_900, type: 'answer-delta', text: answer.slice(5) },
    { seq: 5, at: 3_000, type: 'finish', reason: 'stop' },
  ]
  const toLine = (id: string, thinking: string, answer: string, rest: Partial<ArchivedRun> = {}): ArchivedRun => ({
    type: 'run',
    id,
    question: `Question ${id}`,
    media: [],
    model: 'qwen-test',
    thinking: { enabled: true },
    createdAt: 1_700_000_000_000,
    thinkingText: thinking,
    answerText: answer,
    timeline: toTimeline(events(thinking, answer)),
    ...rest,
  })
  const toFile = (lines: ArchiveLine[]) => [archiveHeader, ...lines].map(toArchiveLine).join('')
  const put = async (visitor: Visitor, body: string) => {
    const response = await visitor('/api/runs/import', { method: 'POST', body })
    return { status: response.status, body: (await response.json()) as { count: number; last: string } & Problem }
  }

  function formulasOf(text: string): string[] {
    const found: string[] = []
    const walk = (node: Nodes) => {
      if (node.type === 'formula') found.push(node.value.trim())
      if ('children' in node) node.children.forEach(walk)
    }
    walk(parseAnswer(text))
    return found
  }

  const answers = [
    'So \\(x = 5\\) and \\[ y = \\frac{1}{2} \\] which costs $5 and $6.',
    '面积是$S=18$，其中 $$\\begin{aligned} a &= 1 \\\\ b &= 2 \\end{aligned}$$ 完。',
    '1. First $a^2$\n2. Then\n   \\[ b^2 = c \\]\n\n| $x$ | y |\n| --- | --- |\n| 1 | \\(2\\) |',
    'It ends in code with `$no$`\n\n```\n$not a formula$',
    'It ends in a formula \\[ z = 9',
    '> quoted $q$\n\n- **bold $t$**\n\n[a link]: https://example.org\n\n$$\nE = mc^2\n$$',
  ]

  test.each(answers)('exported as Markdown it has the formulas it had: %j', async (answer) => {
    const visitor = createVisitor()
    const thinking = 'First \\(u = 1\\).\n\nThen $v$ again.'
    const { body } = await put(visitor, toFile([toLine('a', thinking, answer)]))
    const response = await visitor(`/api/runs/${body.last}/export?format=markdown`)
    const text = await response.text()
    expect(response.headers.get('content-disposition')).toContain("filename*=UTF-8''Question%20a.md")
    expect(formulasOf(text)).toEqual([...formulasOf(answer), ...formulasOf(thinking)])
    expect(text).toContain('Imported')
    const without = await (await visitor(`/api/runs/${body.last}/export?format=markdown&thinking=0`)).text()
    expect(formulasOf(without)).toEqual(formulasOf(answer))
  })

  test('an exported page, imported by somebody else, gives the same conversation with its pictures and times', async () => {
    const png = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#abc' } })
      .png()
      .toBuffer()
    const first = createVisitor()
    const { body } = await put(
      first,
      toFile([
        { type: 'media', id: 'pic', mime: 'image/png', data: png.toString('base64') },
        toLine('root', 'Think </script><script>alert(1)</script>', 'Answer one \\(x\\)', { media: ['pic'] }),
        toLine('follow', '', 'Answer two', { parent: 'root' }),
      ]),
    )
    expect(body.count).toBe(2)
    const page = await (await first(`/api/runs/${body.last}/export?format=html&language=zh-CN`)).text()
    expect(page).toContain('<math')
    expect(page).toContain(`data:image/png;base64,${png.toString('base64')}`)
    expect(page).not.toContain('<script>alert')

    const second = createVisitor()
    const again = await put(second, page)
    expect(again).toMatchObject({ status: 201, body: { count: 2 } })
    const thread = (await (await second(`/api/runs/${again.body.last}/thread`)).json()) as Thread
    expect(thread.runs).toMatchObject([
      {
        question: 'Question root',
        answerText: 'Answer one \\(x\\)',
        answerStartedAt: 2_100,
        endedAt: 3_000,
        isImported: true,
      },
      { question: 'Question follow', answerText: 'Answer two', status: 'finished', isImported: true },
    ])
    const picture = thread.runs[0]?.media[0]?.id ?? ''
    expect((await second(`/api/media/${picture}`)).status).toBe(200)
    expect((await first(`/api/runs/${again.body.last}/export?format=html`)).status).toBe(404)
  })

  test('without its thinking a page holds none of it, in what it carries for import neither', async () => {
    const visitor = createVisitor()
    const { body } = await put(visitor, toFile([toLine('a', 'Secret musings', 'Open answer')]))
    const page = await (await visitor(`/api/runs/${body.last}/export?format=html&thinking=0`)).text()
    expect(page).toContain('Open answer')
    expect(page).not.toContain('Secret')
    const again = await put(createVisitor(), page)
    expect(again.body.count).toBe(1)
  })

  test('everything exported and imported elsewhere is the same history: versions, names and pins', async () => {
    const visitor = createVisitor()
    const { body } = await put(
      visitor,
      toFile([
        toLine('one', '', 'First', { createdAt: 1_000 }),
        toLine('two', '', 'Second version', { siblingOf: 'one', createdAt: 2_000 }),
        toLine('other', '', 'Another', { createdAt: 3_000 }),
      ]),
    )
    await visitor(`/api/runs/${body.last}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ title: 'Named', isPinned: true }),
    })
    const file = await (await visitor('/api/runs/export')).text()
    const elsewhere = createVisitor()
    expect((await put(elsewhere, file)).body.count).toBe(3)
    const summary = async (who: Visitor) => {
      const page = (await (await who('/api/runs')).json()) as HistoryPage
      return page.items.map(({ question, answerText, title, isPinned, activeAt }) => ({
        question,
        answerText,
        title,
        isPinned,
        activeAt,
      }))
    }
    expect(await summary(elsewhere)).toEqual(await summary(visitor))
    expect(await summary(elsewhere)).toHaveLength(2)
  })

  test.each([
    ['a text', 'Dear diary'],
    ['nothing', ''],
    ['another version', '{"type":"showwork","version":99}\n'],
    ['a broken line', toFile([]) + '{"type":"run"'],
    ['a run without events', toFile([toLine('a', '', 'x', { timeline: '' })])],
    ...[
      '{"seq":2,"at":3,"type":"error","code":"none","message":"x","retryable":true}',
      '{"seq":2,"at":3,"type":"error","code":"constructor","message":"x","retryable":true}',
      '{"seq":2,"at":3,"type":"finish","reason":"<b>"}',
      '{"seq":2,"at":3,"type":"usage","inputTokens":"1","outputTokens":2}',
      '{"seq":2,"at":3,"type":"answer-delta","text":{"a":1}}',
      '{"seq":2,"at":3,"type":"strange"}',
      '{"seq":2,"at":1e99,"type":"finish","reason":"stop"}',
      '{"seq":2,"at":3,"type":"finish","reason":"stop"}\na1.1',
    ].map((event): [string, string] => [
      `the event ${event}`,
      toFile([toLine('a', '', 'xy', { timeline: `a0.1\n${event}` })]),
    ]),
    ['times that run backwards', toFile([toLine('a', '', 'x', { timeline: 'a5.1\na-9.1' })])],
  ])('%s is refused as no export of ours', async (_name, body) => {
    const { status, body: problem } = await put(createVisitor(), body)
    expect({ status, code: problem.code }).toEqual({ status: 422, code: 'import-unreadable' })
  })

  test('a deleted branch takes the links of all that follows along, and brings them back', async () => {
    const visitor = createVisitor()
    const { body } = await put(visitor, toFile([toLine('root', '', 'x'), toLine('leaf', '', 'y', { parent: 'root' })]))
    const thread = (await (await visitor(`/api/runs/${body.last}/thread`)).json()) as Thread
    const root = thread.runs[0]?.id ?? ''
    const json = { headers: { 'Content-Type': 'application/json' }, body: '{}' }
    const made = await visitor(`/api/runs/${body.last}/shares`, { method: 'POST', ...json })
    const link = `/api/shares/${((await made.json()) as { id: string }).id}`
    const statuses = async () => [(await visitor(link)).status, (await visitor(`/api/runs/${body.last}`)).status]
    expect(await statuses()).toEqual([200, 200])
    await visitor(`/api/runs/${root}`, { method: 'DELETE' })
    expect(await statuses()).toEqual([404, 404])
    await visitor(`/api/runs/${root}/restore`, { method: 'POST' })
    expect(await statuses()).toEqual([200, 200])
  })

  test('all of it is deleted, of nobody else, and comes back with any of it', async () => {
    const [mine, yours] = [createVisitor(), createVisitor()]
    await put(mine, toFile([toLine('a', '', 'x'), toLine('b', '', 'y')]))
    await put(yours, toFile([toLine('c', '', 'z')]))
    expect((await mine('/api/runs', { method: 'DELETE' })).status).toBe(400)
    const gone = (await (await mine('/api/runs?all=1', { method: 'DELETE' })).json()) as {
      count: number
      restore: string
    }
    const count = async (who: Visitor) => ((await (await who('/api/runs')).json()) as HistoryPage).items.length
    expect([gone.count, await count(mine), await count(yours)]).toEqual([2, 0, 1])
    const restored = (await (await mine(`/api/runs/${gone.restore}/restore`, { method: 'POST' })).json()) as Run
    expect([restored.isImported, await count(mine)]).toEqual([true, 2])
  })

  test('texts that a database cannot hold are cleaned on their way in', async () => {
    const visit = createVisitor()
    const bad = 'a\0b\ud83d'
    const line = toLine('bad', `think ${bad}`, `answer ${bad} end`, { question: `question ${bad}` })
    const mark: ArchiveLine = { type: 'conversation', id: 'bad', title: `title ${bad}` }
    const body = [archiveHeader, line, mark].map(toArchiveLine).join('')
    expect((await visit('/api/runs/import', { method: 'POST', body })).status).toBe(201)
    const { items } = (await (await visit('/api/runs')).json()) as HistoryPage
    expect(items[0]).toMatchObject({
      question: 'question ab\ufffd',
      title: 'title ab\ufffd',
      thinkingText: 'think ab\ufffd',
      answerText: 'answer ab\ufffd end',
    })
    const paths = ['/api/runs/%00', '/api/runs/%00/events', '/api/shares/%00', '/s/a%00b', '/api/runs?q=%00%ed%a0%80']
    for (const path of paths) expect((await visit(path)).status).toBeLessThan(500)
  })
})
