import { setTimeout as sleep } from 'node:timers/promises'
import { archiveHeader, toArchiveLine, type ArchivedRun, type ArchiveLine } from '../../../src/shared/archive.ts'
import type { Run, RunEvent } from '../../../src/shared/run/run.ts'
import type { Share } from '../../../src/shared/share.ts'

export type Reply = { status: number; text: string }

/** A visitor over HTTP with a cookie and an address of its own; the server trusts this machine to name the address. */
export type Stranger = ReturnType<typeof connect> & { at: (url: string) => Stranger }

/** No request, and no stream, is waited for longer. */
const longestMs = 40_000
const comeAgainMs = 200
/** A request that gets no answer counts as this status. */
const noAnswer = { status: 0, text: '' }

export function createStranger(url: string, address: string, signal: AbortSignal, cookie = ''): Stranger {
  const connected = connect(url, address, signal, cookie)
  return { ...connected, at: (other) => createStranger(other, address, signal, connected.cookie()) }
}

function connect(url: string, address: string, signal: AbortSignal, firstCookie: string) {
  let cookie = firstCookie

  async function open(method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'x-forwarded-for': address, ...(cookie && { cookie }), ...headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(longestMs)]),
      ...(body !== undefined && { body, duplex: 'half' as const }),
    })
    for (const each of response.headers.getSetCookie()) {
      const pair = each.split(';')[0] ?? ''
      const rest = cookie.split('; ').filter((known) => known !== '' && known.split('=')[0] !== pair.split('=')[0])
      cookie = [...rest, pair].join('; ')
    }
    return response
  }

  /** Status and text, whatever happens. */
  async function send(method: string, path: string, body?: BodyInit, headers?: Record<string, string>): Promise<Reply> {
    try {
      const response = await open(method, path, body, headers)
      return { status: response.status, text: await response.text() }
    } catch {
      return noAnswer
    }
  }

  const sendJson = (method: string, path: string, body: unknown) =>
    send(method, path, JSON.stringify(body), { 'content-type': 'application/json' })

  const made = <T>({ status, text }: Reply): T => {
    if (status !== 201) throw new Error(`${status}: ${text.slice(0, 200)}`)
    return JSON.parse(text) as T
  }

  /** The events of a run as they come, to its last; comes again where a stream breaks off, as the page does. */
  async function* follow(id: string): AsyncGenerator<RunEvent> {
    for (let after = 0; ;) {
      const response = await open('GET', `/api/runs/${id}/events?after=${after}`)
      let text = ''
      for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += piece
        const frames = text.split('\n\n')
        text = frames.pop() ?? ''
        for (const frame of frames) {
          const data = frame.split('\n').find((line) => line.startsWith('data:'))
          if (!data) continue
          const event = JSON.parse(data.slice(5)) as RunEvent
          yield event
          if (event.type === 'finish' || event.type === 'error') return
          after = event.seq
        }
      }
      if (response.status === 204 || response.status === 404) return
      await sleep(comeAgainMs, undefined, { signal })
    }
  }

  return {
    open,
    follow,
    send,
    sendJson,
    cookie: () => cookie,
    ask: async (question: string, more: object = {}) =>
      made<Run>(await sendJson('POST', '/api/runs', { question, ...more })),
    share: async (run: string, more: object = {}) =>
      made<Share>(await sendJson('POST', `/api/runs/${run}/shares`, more)),
    upload: (bytes: Uint8Array, name = 'a.png') => {
      const form = new FormData()
      form.set('file', new File([new Uint8Array(bytes)], name))
      return send('POST', '/api/media', form)
    },
    /** The id of the last imported run. */
    importLines: async (lines: ArchiveLine[]) => {
      const file = [archiveHeader, ...lines].map(toArchiveLine).join('')
      return made<{ last: string; count: number }>(await send('POST', '/api/runs/import', file)).last
    },
  }
}

let imported = 0

/** A run as a file holds it, with one delta for each of its texts. */
export function toArchivedRun(run: Partial<ArchivedRun>): ArchivedRun {
  const { thinkingText = '', answerText = '' } = run
  const length = (text: string) => text.length.toString(36)
  const end = { seq: 0, at: 9, type: 'finish', reason: 'stop' }
  const deltas = [
    ...(thinkingText ? [`t1.${length(thinkingText)}`] : []),
    ...(answerText ? [`a1.${length(answerText)}`] : []),
  ]
  imported += 1
  return {
    type: 'run',
    id: `imported-${imported}`,
    question: 'Imported',
    media: [],
    model: 'siege-vl',
    thinking: { enabled: true },
    createdAt: 1,
    thinkingText,
    answerText,
    timeline: [...deltas, JSON.stringify(end)].join('\n'),
    ...run,
  }
}
