import { createParser } from 'eventsource-parser'
import type { RunEvent } from '../../shared/run/run.ts'
import { request } from './request.ts'

/** All events of an ended run, from `path`. */
export async function readEvents(path: string, signal: AbortSignal): Promise<RunEvent[]> {
  const text = await (await request(path, { signal })).text()
  const events: RunEvent[] = []
  createParser({ onEvent: ({ data }) => events.push(JSON.parse(data) as RunEvent) }).feed(text)
  return events
}
