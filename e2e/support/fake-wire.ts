import type { ServerResponse } from 'node:http'

/** What a scenario can say, in either wire format. */
export type Wire = {
  thinking: (text: string) => void
  answer: (text: string) => void
  finish: (reason: 'stop' | 'length') => void
  /** An error inside the stream, after its status 200. */
  fail: (code: string, message: string) => void
  /** An error instead of a stream: framed as one line of it all the same, as DashScope does. */
  refuse: (status: number, code: string, message: string) => void
  raw: (text: string) => void
  end: () => void
}

const id = 'chatcmpl-0f2d6d0e-fake'

export function createWire(protocol: 'openai' | 'dashscope', response: ServerResponse): Wire {
  let pieces = 0
  function raw(text: string) {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream;charset=UTF-8' })
    if (!response.destroyed) response.write(text)
  }
  const end = () => void response.end()

  if (protocol === 'dashscope') {
    const frame = (message: object, reason = 'null') => {
      pieces += 1
      const body = {
        output: { choices: [{ finish_reason: reason, message: { role: 'assistant', ...message } }] },
        usage: {
          input_tokens: 544,
          output_tokens: pieces,
          total_tokens: 544 + pieces,
          image_tokens: 520,
          output_tokens_details: { reasoning_tokens: pieces, text_tokens: pieces },
          input_tokens_details: { text_tokens: 24 },
        },
        request_id: id,
      }
      raw(`id:${pieces}\nevent:result\n:HTTP_STATUS/200\ndata:${JSON.stringify(body)}\n\n`)
    }
    const error = (status: number, code: string, message: string) =>
      `id:${pieces + 1}\nevent:error\n:HTTP_STATUS/${status}\ndata:${JSON.stringify({ code, message, request_id: id })}\n\n`
    return {
      thinking: (text) => frame({ content: [], reasoning_content: text }),
      answer: (text) => frame({ content: [{ text }] }),
      finish: (reason) => (frame({ content: [] }, reason), end()),
      fail: (code, message) => (raw(error(400, code, message)), end()),
      refuse: (status, code, message) =>
        void response.writeHead(status, { 'content-type': 'text/event-stream' }).end(error(status, code, message)),
      raw,
      end,
    }
  }

  const chunk = (choices: object[], usage: object | null = null) => {
    pieces += 1
    raw(
      `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 1, model: 'fake-vl', choices, usage })}\n\n`,
    )
  }
  const delta = (value: object, reason: string | null = null) =>
    chunk([{ index: 0, delta: value, finish_reason: reason, logprobs: null }])
  const error = (code: string, message: string) =>
    `data: ${JSON.stringify({ error: { code, message, param: null, type: code }, id })}\n\n`
  return {
    thinking: (text) => delta({ content: null, reasoning_content: text }),
    answer: (text) => delta({ content: text, reasoning_content: null }),
    finish: (reason) => {
      delta({ content: '', reasoning_content: null }, reason)
      chunk([], {
        prompt_tokens: 544,
        completion_tokens: pieces,
        total_tokens: 544 + pieces,
        completion_tokens_details: { reasoning_tokens: pieces, text_tokens: 0 },
        prompt_tokens_details: { text_tokens: 24, image_tokens: 520 },
      })
      raw('data: [DONE]\n\n')
      end()
    },
    fail: (code, message) => (raw(error(code, message)), end()),
    refuse: (status, code, message) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(error(code, message)),
    raw,
    end,
  }
}
