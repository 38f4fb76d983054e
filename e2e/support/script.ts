import type { Run, RunEvent } from '../../src/shared/run/run.ts'

/** A client without a browser: a visitor who asks and reads over HTTP. */
export async function ask(url: string, question: string, cookie = '') {
  const response = await fetch(`${url}/api/runs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(cookie && { cookie }) },
    body: JSON.stringify({ question }),
  })
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
  const run = (await response.json()) as Run
  return { run, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? cookie }
}

export async function readRun(url: string, id: string, cookie: string): Promise<Run> {
  return (await (await fetch(`${url}/api/runs/${id}`, { headers: { cookie } })).json()) as Run
}

/** Calls back with each event until the stream ends; a connection that breaks is an end too. */
export async function watch(url: string, id: string, cookie: string, onEvent: (event: RunEvent) => void, after = 0) {
  let text = ''
  try {
    const response = await fetch(`${url}/api/runs/${id}/events?after=${after}`, { headers: { cookie } })
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const data = frame.split('\n').find((line) => line.startsWith('data:'))
        if (data) onEvent(JSON.parse(data.slice(5)) as RunEvent)
      }
    }
  } catch {
    return
  }
}
