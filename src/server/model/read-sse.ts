import { StringDecoder } from 'node:string_decoder'
import { isRecord } from './json.ts'

/**
 * One event of a reply. `json` is its data where that is a JSON object, `isText` says that the whole reply was this text
 * and no stream. `status` comes from the comment `:HTTP_STATUS/400` with which DashScope's own protocol precedes `data`.
 */
export type SseFrame = {
  event?: string
  data: string
  json?: Record<string, unknown>
  isText?: true
  status?: number
}

/** An event longer than this is no event of a model: the connection would only fill memory. */
const maxEventChars = 8 * 1024 * 1024
/** Of a reply that is plain text, this much is enough to say what is wrong. */
const maxTextChars = 64 * 1024

export type SseReader = {
  /** The frames that are complete with these bytes. */
  push: (bytes: Uint8Array) => SseFrame[]
  /** A last frame without its blank line still counts. */
  end: () => SseFrame[]
  /** An event outgrew the bound; what follows is not read. */
  isFull: () => boolean
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Within a JSON text a line that opens an object can only follow one that ends so. */
const mayContinue = (line: string) => /[[,:]\s*$/.test(line)

/**
 * Bytes, split anywhere, to frames. Each `data` line that is a whole JSON object counts at once, so that gateways which
 * leave out the blank lines between events are read as they write; JSON over several lines is put together. A reply
 * that is bare JSON or JSON lines, whatever its content type, gives the same frames.
 */
export function createSseReader(): SseReader {
  // A streaming TextDecoder takes three times as long.
  const decoder = new StringDecoder('utf8')
  let ready: SseFrame[] = []
  /** The beginning of a line whose end has not come. */
  let rest = ''
  let isAfterCr = false
  let isBegun = false
  let isFull = false
  let hasFrames = false
  /** Lines of a JSON text that is not complete yet; raw ones stand outside any field. */
  let lines: string[] = []
  let lineChars = 0
  let isRaw = false
  /** Lines that are nothing of a stream, as long as no frame has come. */
  let plain = ''
  let event: string | undefined
  let status: number | undefined

  function emit(data: string, json?: Record<string, unknown>) {
    hasFrames = true
    // Each piece of every run passes here, and spreading costs.
    const frame: SseFrame = json ? { data, json } : { data }
    if (event !== undefined) frame.event = event
    if (status !== undefined) frame.status = status
    ready.push(frame)
  }

  /** Gives what has been gathered; where it is no JSON text together, its lines stand for themselves. */
  function close() {
    if (lines.length === 0) return
    const gathered = lines
    lines = []
    lineChars = 0
    const whole = gathered.join('\n')
    const json = parseObject(whole)
    if (json) return emit(whole, json)
    if (isRaw) plain = `${plain}${whole}\n`.slice(0, maxTextChars)
    else for (const line of gathered) emit(line, parseObject(line))
  }

  function take(data: string, isRawLine = false) {
    const isObject = data[0] === '{' || /^\s*\{/.test(data)
    if (lines.length > 0 && isObject && !mayContinue(lines.at(-1) ?? '')) close()
    if (lines.length === 0) {
      const json = isObject ? parseObject(data) : undefined
      if (json || !isObject) return emit(data, json)
      isRaw = isRawLine
    }
    lines.push(data)
    lineChars += data.length
  }

  function takeLine(line: string) {
    if (line.startsWith('data:')) return take(line.slice(line[5] === ' ' ? 6 : 5))
    if (line === '') {
      close()
      event = undefined
      status = undefined
      return
    }
    if (line.startsWith(':')) {
      const match = /^:\s*HTTP_STATUS\/(\d{3})/.exec(line)
      if (match) status = Number(match[1])
    } else if (line.startsWith('event:')) {
      close()
      event = line.slice(6).trim() || undefined
    } else if (lines.length > 0 || /^\s*\{/.test(line)) take(line, true)
    else if (!hasFrames && !/^(?:id|retry):/.test(line)) plain = `${plain}${line}\n`.slice(0, maxTextChars)
  }

  function read(text: string) {
    if (isFull || text === '') return
    let from = 0
    if (!isBegun) {
      isBegun = true
      if (text.startsWith('\uFEFF')) from = 1
    }
    if (isAfterCr && text[from] === '\n') from += 1
    isAfterCr = false
    let cr = text.indexOf('\r', from)
    for (;;) {
      const lf = text.indexOf('\n', from)
      if (cr !== -1 && cr < from) cr = text.indexOf('\r', from)
      const end = lf === -1 ? cr : cr === -1 ? lf : Math.min(lf, cr)
      if (end === -1) break
      const line = rest + text.slice(from, end)
      rest = ''
      from = end + 1
      if (end === cr) {
        if (text[from] === '\n') from += 1
        else isAfterCr = from === text.length
      }
      takeLine(line)
    }
    rest += text.slice(from)
    if (rest.length + lineChars <= maxEventChars) return
    isFull = true
    lines = []
    rest = ''
    emit('{')
  }

  function drain() {
    const frames = ready
    ready = []
    return frames
  }

  return {
    push(bytes) {
      read(decoder.write(bytes))
      return drain()
    },
    end() {
      read(decoder.end())
      if (rest !== '') takeLine(rest)
      rest = ''
      close()
      const text = plain.trim()
      if (!hasFrames && text !== '') ready.push({ data: text, isText: true })
      return drain()
    },
    isFull: () => isFull,
  }
}
