import type { Generated } from 'kysely'

/** Ids and JSON are text, times are milliseconds since 1970, booleans 0 or 1. */
export type Tables = {
  runs: {
    id: string
    /** SHA-256 of the visitor's cookie. */
    visitor: string
    parent: string | null
    sibling_of: string | null
    question: string
    media: string
    model: string
    thinking: string
    /** Idempotency key of the request that made it, and the hash of its body. */
    key: string | null
    body_hash: string
    /** The instance that holds the upstream connection, while the run lives. */
    owner: string | null
    created_at: number
    deleted_at: number | null
    /** The folded end of the run: `Run` without what stands in the other columns. */
    result: string | null
    /** Of a live run: as far as the last checkpoint. */
    thinking_text: string
    answer_text: string
    timeline: string | null
    /** The group of siblings at its root; one conversation is one entry of the history. */
    conversation: string
    /** Came in a file that was exported, here or elsewhere. */
    is_imported: Generated<number>
    /** Commits of its owner up to this one tell nothing of a live run that is not in this row. */
    commits_from: Generated<number>
    /** About what it takes to store: when it was asked, then once more when it ended. 0: not weighed yet. */
    bytes: Generated<number>
  }
  /** Live runs that somebody wants stopped; the instance that holds one looks here. */
  stops: { run_id: string }
  /** One row per commit of an instance: `[run id, events]` of each run that had some. Goes with a later checkpoint. */
  commits: { id: Generated<number>; owner: string; entries: string }
  media: {
    id: string
    visitor: string
    hash: string
    media: string
    /** When it was last added. */
    created_at: number
    /** When it was last asked about, since then. */
    asked_at: number | null
    /** Of its file, and of an address's own row. 0: not weighed yet. */
    bytes: Generated<number>
  }
  /** Links. `include` and `covers` are JSON; `updated_at` rises with every change. */
  shares: {
    id: string
    visitor: string
    run_id: string
    scope: 'run' | 'conversation'
    include: string
    covers: string
    expires_at: number | null
    created_at: number
    updated_at: number
  }
  /** Which runs were asked about which media; a trigger keeps it. */
  run_media: { run_id: string; media_id: string }
  /** Instances with live runs; one whose lease ran out lost its runs. */
  instances: { id: string; lease_until: number }
  /** When all that `scope` took would have been earned again. */
  rates: { scope: string; earned_at: number }
  /** What a person set for a conversation. */
  conversation_marks: { conversation: string; visitor: string; title: string | null; pinned_at: number | null }
  /** What search leaves out without reading a run's texts; made when the run has ended. */
  run_signatures: { run_id: string; signature: string }
  /** A day's salt for hashing addresses, gone with the day. */
  salts: { day: string; salt: string }
  /** What a scope (`all`, `visitor:…`, `address:…`) spent on a day, with what is reserved. Cost in millionths. */
  spending: { scope: string; day: string; runs: number; tokens: number; cost: number }
  /** Runs that are going, or whose server died: `input` is the part of `tokens` that goes in. */
  reservations: {
    id: string
    run_id: string | null
    visitor: string
    address: string | null
    day: string
    input: number
    tokens: number
    cost: number
    created_at: number
  }
  /** Bytes that a scope (`address:…`) added on a day. What is deleted is not taken off again. */
  added: { scope: string; day: string; bytes: number }
  blocked_visitors: { visitor: string; created_at: number }
  /** Codes by which another device may add one picture; `media_id` once it came. */
  pairings: { code_hash: string; visitor: string; expires_at: number; media_id: string | null }
}
