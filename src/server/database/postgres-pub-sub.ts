import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import type { Client, Notification } from 'pg'
import type { PubSub, Topic } from './pub-sub.ts'
import type { Tables } from './tables.ts'

const channel = 'showwork'
const againMs = 500
const pingMs = 15_000
/** So long an echo may take; where none came, listening is tried again only much later. */
const echoMs = 5_000
const deafAgainMs = 60_000

/**
 * Over LISTEN and NOTIFY, on a connection of its own that comes back by itself. Postgres lets transactions that notify
 * end one after the other only, so what has to be flushed to the disk is saved elsewhere, and told of here afterwards.
 * Nothing is set for a whole session: a pooler may hand that session to others, who do want their commits flushed.
 */
export function createPostgresSignals(connect: () => Client, db: Kysely<Tables>): PubSub & { close: () => void } {
  const listeners = new Map<Topic, Set<(text: string) => void>>()
  const waiting = new Set<string>()
  let sending: Promise<void> | undefined
  let client: Client | undefined
  let isOpen = false
  let isClosed = false
  let lose = (_againInMs?: number) => {}
  let expectedEcho = ''
  let onEcho = () => {}

  const toStatement = (payloads: string[]) => sql`
    with quick as materialized (select set_config('synchronous_commit', 'off', true))
    select pg_notify(${channel}, said) from quick, unnest(${payloads}::text[]) said`

  /** Whether what is said over other connections is heard: a pooler that lends sessions by the transaction hears it itself. */
  async function hears(): Promise<boolean> {
    expectedEcho = `echo ${randomUUID()}`
    const heard = new Promise<true>((resolve) => {
      onEcho = () => resolve(true)
    })
    await toStatement([expectedEcho]).execute(db)
    return await Promise.race([heard, sleep(echoMs, false, { ref: false })])
  }

  function hear({ payload = '' }: Notification) {
    const gap = payload.indexOf(' ')
    if (payload === expectedEcho) onEcho()
    for (const tell of listeners.get(payload.slice(0, gap) as Topic) ?? []) tell(payload.slice(gap + 1))
  }

  async function open() {
    const own = (client = connect())
    let isLost = false
    lose = (againInMs = againMs) => {
      if (isLost) return
      isLost = true
      isOpen = false
      void own.end().catch(() => {})
      if (!isClosed) setTimeout(() => void open(), againInMs).unref()
    }
    own.on('error', () => lose())
    own.on('end', () => lose())
    own.on('notification', hear)
    try {
      await own.connect()
      await own.query(`listen ${channel}`)
      if (!(await hears())) return lose(deafAgainMs)
    } catch {
      return lose()
    }
    if (isLost) return
    isOpen = true
    for (const tell of [...listeners.values()].flatMap((each) => [...each])) tell('')
  }
  void open()

  async function notify(payloads: string[]) {
    if (!isOpen || !client) return void (await toStatement(payloads).execute(db))
    const { sql: text, parameters } = toStatement(payloads).compile(db)
    await client.query(text, [...parameters])
  }

  function send(payload: string) {
    waiting.add(payload)
    sending ??= (async () => {
      while (waiting.size > 0) {
        const payloads = [...waiting]
        waiting.clear()
        await notify(payloads).catch(() => lose())
      }
    })().finally(() => {
      sending = undefined
    })
  }
  // A connection that is silently gone is found out.
  const ping = setInterval(() => send('ping '), pingMs).unref()

  return {
    send: (topic, text) => send(`${topic} ${text}`),
    listen(topic, tell) {
      const known = listeners.get(topic) ?? new Set()
      listeners.set(topic, known.add(tell))
      return () => known.delete(tell)
    },
    isOpen: () => isOpen,
    close() {
      isClosed = true
      clearInterval(ping)
      void client?.end().catch(() => {})
    },
  }
}
