/** Cost in the currency of the price list. */
export type Spent = { runs: number; tokens: number; cost: number }

/** What whoever runs the server sees of today; never what was asked or answered. Visitors are hashes of their cookies. */
export type Overview = {
  /** UTC. */
  day: string
  currency?: string
  total: Spent
  /** What all together may spend in a day, where that is limited. */
  limits: { runs?: number; tokens?: number; cost?: number }
  visitors: ({ visitor: string; isBlocked: boolean } & Spent)[]
  live: { id: string; visitor: string; model: string; createdAt: number }[]
}

/** Links that open, newest first; never what they show. `total` counts those of all pages. */
export type SharesPage = {
  items: { id: string; visitor: string; createdAt: number; expiresAt: number | null }[]
  total: number
  next?: string
}
