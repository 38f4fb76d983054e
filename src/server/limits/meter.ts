import { createHash, randomBytes } from 'node:crypto'
import type { Model } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { RunErrorCode, RunEventBody, Thinking, Usage } from '../../shared/run.ts'
import type { Source, Turn } from '../ask.ts'
import { whenBack } from '../database/database-away.ts'
import type { AddressKey } from './address-key.ts'
import { estimateInput, estimateTokens, firstOutput, toAmount } from './estimate.ts'
import type { Amount, Ledger } from './ledger.ts'

export type Asked = {
  visitor: string
  address: string | undefined
  /** Came through a proxy that nobody named, so from anywhere. */
  isRelayed: boolean
  key: string | undefined
  model: Model
  thinking: Thinking
  turns: Turn[]
  /** Nobody is paid for a demo or a local model: only the number of runs counts. */
  isPaid: boolean
}

/** The upstream had the question and worked on it, although nothing came. */
const workedOn = new Set<RunErrorCode>(['first-byte-timeout', 'silence-timeout', 'run-timeout', 'cut-off'])
/** A run that thinks longer than was reserved for takes this much more at a time. */
const stepTokens = 8_000
const free: Amount = { tokens: 0, cost: 0 }

export type Meter = ReturnType<typeof createMeter>

/** Lets a run begin where there is an allowance for it, and counts what it comes to. */
export function createMeter(
  ledgers: { direct: Ledger; relayed: Ledger },
  toAddressKey: AddressKey,
  onFailure: (error: unknown) => void,
) {
  const settling = new Set<Promise<void>>()
  const toLedger = ({ isRelayed }: Asked) => (isRelayed ? ledgers.relayed : ledgers.direct)

  function later(work: () => Promise<void>) {
    const watched = whenBack(work)
      .catch(onFailure)
      .finally(() => settling.delete(watched))
    settling.add(watched)
  }

  const count =
    (id: string, asked: Asked, input: number, source: Source): Source =>
    async (signal, emit) => {
      const { model, isPaid, thinking } = asked
      const ledger = toLedger(asked)
      let usage: Usage | undefined
      let output = 0
      let reserved = firstOutput(model, thinking.budget)
      let error: RunErrorCode | undefined
      let isSpent = false

      /** Hands the event on where the budget has more. */
      async function extend(event: RunEventBody) {
        const more = toAmount(model, { inputTokens: 0, outputTokens: stepTokens })
        reserved += stepTokens
        if (await whenBack(() => ledger.extend(id, more))) return await emit(event)
        isSpent = true
        const message = 'The budget was used up before the answer was complete. What came is kept.'
        await emit({ type: 'error', code: 'budget-spent', message, retryable: false })
      }

      try {
        await source(signal, (event) => {
          if (isSpent) return undefined
          if (event.type === 'thinking-delta' || event.type === 'answer-delta') output += estimateTokens(event.text)
          else if (event.type === 'usage') usage = event
          else if (event.type === 'error') error = event.code
          return isPaid && output > reserved ? extend(event) : emit(event)
        })
      } finally {
        const isRefused = error !== undefined && output === 0 && !workedOn.has(error)
        const guess = isRefused ? free : toAmount(model, { inputTokens: input, outputTokens: output })
        const amount = isPaid ? (usage ? toAmount(model, usage) : guess) : free
        later(() => ledger.settle(id, amount))
      }
    }

  return {
    /** `create` starts a run on the source it is given. Throws a ProblemError where nothing is left to ask with. */
    async admit<T extends { run: { id: string }; isNew: boolean }>(
      asked: Asked,
      source: Source,
      create: (source: Source) => Promise<T>,
    ): Promise<T> {
      const now = Date.now()
      const { visitor, key, model, thinking } = asked
      const ledger = toLedger(asked)
      const input = asked.isPaid ? estimateInput(model, asked.turns) : 0
      const most = toAmount(model, { inputTokens: input, outputTokens: firstOutput(model, thinking.budget) })
      // The same question sent twice at once takes one reservation.
      const id =
        key === undefined
          ? randomBytes(16).toString('base64url')
          : createHash('sha256').update(`${visitor} ${key}`).digest('base64url')
      const address = await toAddressKey(asked.address, now)
      const reservation = await ledger.reserve(
        { id, visitor, address, key, input, ...(asked.isPaid ? most : free) },
        now,
      )
      try {
        const created = await create(count(id, asked, input, source))
        // Where a request at the same time made the run, that one counts on this reservation.
        if (created.isNew) later(() => ledger.bind(id, created.run.id))
        return created
      } catch (error) {
        const isOfAnother = error instanceof ProblemError && error.code === 'key-reused'
        if (reservation && !isOfAnother) await ledger.release(id)
        throw error
      }
    },

    /** Resolves when all that ended so far is settled. */
    async drain(): Promise<void> {
      while (settling.size > 0) await Promise.all(settling)
    },
  }
}
