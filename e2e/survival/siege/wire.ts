export type Usage = Record<string, number>

/** The head of an answer that ends where the connection does. */
export const head = (version = '1.1', headers = 'Connection: close\r\n') =>
  `HTTP/${version} 200 OK\r\nContent-Type: text/event-stream\r\n${headers}\r\n`

export const delta = (content: string) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`

const usual: Usage = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 }

/** The last two frames of an answer. */
export const done = (usage = usual) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage })}\n\ndata: [DONE]\n\n`

export const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
