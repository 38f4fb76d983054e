import { sql, type Kysely } from 'kysely'
import type { Client, Notification } from 'pg'
import type { Signals, Topic } from './signals.ts'
import type { Tables } from './tables.ts'

const channel = 'showwork'
const againMs = 500
const pingMs = 15_000

/**
 * Over LISTEN and NOTIFY, on a connection of its own that comes back by itself. Postgres lets transactions that notify
 * end one after the other only, so what has to be flushed to the disk is saved elsewhere, and told of here afterwards.
 */
export function createPostgresSignals(connect: () => Client, db: Kysely<Tables>): Signals & { close: () => void } {
  const listeners = new Map<Topic, Set<(text: string) => void>>()
  const waiting = new Set<string>()
  let sending: Promise<void> | undefined
  let client: Client | undefined
  let isOpen = false
  let isClosed = false
  let lose = () => {}

  function hear({ payload = '' }: Notification) {
    const gap = payload.indexOf(' ')
    for (const tell of listeners.get(payload.slice(0, gap) as Topic) ?? []) tell(payload.slice(gap + 1))
  }

  async function open() {
    const own = (client = connect())
    let isLost = false
    lose = () => {
      if (isLost) return
      isLost = true
      isOpen = false
      void own.end().catch(() => {})
      if (!isClosed) setTimeout(() => void open(), againMs).unref()
    }
    own.on('error', lose)
    own.on('end', lose)
    own.on('notification', hear)
    try {
      await own.connect()
      await own.query(`set synchronous_commit = off; listen ${channel}`)
    } catch {
      return lose()
    }
    if (isLost) return
    isOpen = true
    for (const tell of [...listeners.values()].flatMap((each) => [...each])) tell('')
  }
  void open()

  async function notify(payloads: string[]) {
    if (isOpen && client)
      await client.query('select pg_notify($1, said) from unnest($2::text[]) said', [channel, payloads])
    else for (const payload of payloads) await sql`select pg_notify(${channel}, ${payload})`.execute(db)
  }

  function send(payload: string) {
    waiting.add(payload)
    sending ??= (async () => {
      while (waiting.size > 0) {
        const payloads = [...waiting]
        waiting.clear()
        await notify(payloads).catch(lose)
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
