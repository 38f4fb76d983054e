import { sql, type Kysely } from 'kysely'
import type { Client, Notification } from 'pg'
import type { Signals, Topic } from './signals.ts'
import type { Tables } from './tables.ts'

/** What `pg_notify` is called with, here and in the statements that save commits. */
export const channel = 'showwork'
export const toPayload = (topic: Topic, text: string) => `${topic} ${text}`

const againMs = 500
const pingMs = 15_000

/** Over LISTEN and NOTIFY, on a connection of its own that comes back by itself. */
export function createPostgresSignals(connect: () => Client, db: Kysely<Tables>): Signals & { close: () => void } {
  const listeners = new Map<Topic, Set<(text: string) => void>>()
  let isOpen = false
  let isClosed = false
  let client: Client | undefined

  function hear({ payload = '' }: Notification) {
    const gap = payload.indexOf(' ')
    for (const tell of listeners.get(payload.slice(0, gap) as Topic) ?? []) tell(payload.slice(gap + 1))
  }

  async function open() {
    const own = (client = connect())
    let isLost = false
    const lose = () => {
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
      await own.query(`listen ${channel}`)
    } catch {
      return lose()
    }
    if (isLost) return
    isOpen = true
    for (const tell of [...listeners.values()].flatMap((each) => [...each])) tell('')
    const ping = setInterval(() => {
      if (isLost) clearInterval(ping)
      else void own.query('select 1').catch(lose)
    }, pingMs)
    ping.unref()
  }
  void open()

  return {
    async send(topic, text) {
      await sql`select pg_notify(${channel}, ${toPayload(topic, text)})`.execute(db)
    },
    listen(topic, tell) {
      const known = listeners.get(topic) ?? new Set()
      listeners.set(topic, known.add(tell))
      return () => known.delete(tell)
    },
    isOpen: () => isOpen,
    close() {
      isClosed = true
      void client?.end().catch(() => {})
    },
  }
}
