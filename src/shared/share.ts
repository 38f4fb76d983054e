import type { Run } from './run/run.ts'

/** What of the question's side a share shows. The answer is always shown. */
export type ShareInclude = { question: boolean; media: boolean; thinking: boolean }

/** A box over part of a picture, in its pixels, burned into the shared copy. */
export type Cover = { media: string; x: number; y: number; width: number; height: number }

export type ShareScope = 'run' | 'conversation'

/** A link as its owner sees it. */
export type Share = {
  id: string
  /** The run it points at; with the scope `conversation` all that led to it is shown as well. */
  run: string
  url: string
  /** A link to a loopback name opens on the computer it was made on, nowhere else. */
  reach: 'anyone' | 'this-computer'
  scope: ShareScope
  include: ShareInclude
  covers: Cover[]
  createdAt: number
  updatedAt: number
  /** Milliseconds since 1970; null never. */
  expiresAt: number | null
}

/** An own link in the list, with enough of its question to know it by. */
export type ListedShare = Share & { question: string }

export type ShareChange = {
  scope?: ShareScope
  include?: Partial<ShareInclude>
  covers?: Cover[]
  /** Counted from now; null never. */
  expiresInDays?: number | null
}

/** A share as anyone with the link sees it: runs hold what is shown and nothing else, and no id of the owner's runs. */
export type SharedView = {
  id: string
  /** Changes with the share; whoever shows an older one reads it again. */
  version: number
  scope: ShareScope
  include: ShareInclude
  expiresAt: number | null
  run: Run
  /** What led to the run, oldest first; empty unless the conversation is shared. */
  earlier: Run[]
}

export const defaultExpiryDays = 30
export const maxCovers = 100
