import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { toPlainText } from '../../shared/markdown/to-plain-text.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { ModelProvider } from '../ask/model-provider.ts'
import type { Runs } from '../runs/runs.ts'
import type { FilePlace } from '../export/file-messages.ts'
import type { Exporter, FileFormat } from '../export/export.ts'
import { writerOf, type Env } from '../http/visitor.ts'
import { toBodyStream } from './stream-body.ts'
import type { Costs } from './policy.ts'
import { readAtPace } from './read-at-pace.ts'

export const maxImportBytes = 512 * 1024 * 1024

const query = z.object({
  format: z.enum(['markdown', 'html', 'docx']),
  thinking: z.enum(['0', '1']).default('1'),
  language: z.enum(['en', 'zh-CN']).default('en'),
})

const types: Record<FileFormat, string> = {
  markdown: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}
const endings: Record<FileFormat, string> = { markdown: 'md', html: 'html', docx: 'docx' }

const toHeaders = (type: string, name: string, ending: string) => ({
  'Content-Type': type,
  'Content-Disposition': `attachment; filename="showwork.${ending}"; filename*=UTF-8''${encode(`${name}.${ending}`)}`,
})
/** As RFC 5987 has it: stricter than addresses are. */
const encode = (name: string) =>
  encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)

/** Nothing that a path or a shell takes for its own, and no marks that turn the letters of an ending round. */
const toName = (question: string) =>
  toPlainText(question, 50)
    .toWellFormed()
    .replace(/[\\/:*?"<>|\s\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/^[\s.~-]+/, '')
    .trim() || 'ShowWork'

async function* readBody(c: Context): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const bytes of readAtPace(c.req.raw.body)) {
    size += bytes.byteLength
    if (size > maxImportBytes) {
      throw new ProblemError(
        413,
        'too-large',
        `A file may have ${maxImportBytes / 1024 / 1024} MB. Import it in parts.`,
      )
    }
    yield bytes
  }
}

/** `/api/runs/export` and `/api/runs/import` for all, `/api/runs/:id/export` for one and what led to it. */
export function createExportRoutes(deps: {
  runs: Runs
  exporter: Exporter
  connection: () => ModelProvider
  costs: Costs
}) {
  const { runs, exporter, connection, costs } = deps
  return new Hono<Env>()
    .get('/export', async (c) => {
      const day = new Date().toISOString().slice(0, 10)
      const body = await toBodyStream(exporter.all(c.get('visitor')))
      return c.body(body, 200, toHeaders('application/x-ndjson; charset=utf-8', `ShowWork ${day}`, 'ndjson'))
    })
    .delete('/', costs('ending'), async (c) => {
      if (c.req.query('all') !== '1') {
        throw new ProblemError(400, 'bad-request', 'This deletes every run of yours. Say so with ?all=1.')
      }
      const ids = await runs.deleteAll(c.get('visitor'))
      return c.json({ count: ids.length, ...(ids[0] !== undefined && { restore: ids[0] }) })
    })
    .post('/import', costs('copying'), async (c) => c.json(await exporter.import(writerOf(c), readBody(c)), 201))
    .get('/:id/export', async (c) => {
      const requested = query.safeParse(c.req.query())
      if (!requested.success) {
        throw new ProblemError(400, 'bad-request', 'format must be markdown, html or docx, thinking 0 or 1.')
      }
      const { format, thinking, language } = requested.data
      const [id, visitor] = [c.req.param('id'), c.get('visitor')]
      const place: FilePlace = {
        language,
        hasThinking: thinking === '1',
        isDemo: connection().mode === 'demo',
        labels: new Map(connection().models.map((model) => [model.id, model.label])),
      }
      const { title, pieces } = await exporter.write(id, visitor, format, place)
      return c.body(await toBodyStream(pieces), 200, toHeaders(types[format], toName(title), endings[format]))
    })
}
