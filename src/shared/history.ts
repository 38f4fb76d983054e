import type { Run } from './run/run.ts'

/** A conversation in the history: its newest first question, its texts no longer than a line of a list shows. */
export type HistoryEntry = Run & {
  /** When the newest run of the conversation was asked; the history is in this order. */
  activeAt: number
  /** What to open: the newest run, or the one that a search found. */
  openId: string
  isLive?: true
  title?: string
  isPinned?: true
  /** The text around what a search found. */
  snippet?: string
}

/** `pinned` comes with the first page of the whole history; pinned conversations stand in `items` as well. */
export type HistoryPage = { items: HistoryEntry[]; pinned?: HistoryEntry[]; next?: string }

/** What a person set for a conversation; null takes the name away again. */
export type ConversationChange = { title?: string | null; isPinned?: boolean }

export const maxTitleChars = 200
export const maxSearchChars = 200
/** From the first question of a conversation to its last. */
export const maxTurns = 200
