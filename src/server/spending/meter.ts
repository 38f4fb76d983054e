import type { Transaction } from 'kysely'
import type { Model } from '../../shared/config.ts'
import { estimateTokens } from '../../shared/estimate-tokens.ts'
import { isDelta } from '../../shared/run/event-kinds.ts'
import type { RunErrorCode, RunEventBody, Thinking, Usage } from '../../shared/run/run.ts'
import type { Source } from '../../shared/run/source.ts'
import type { Turn } from '../model/contract.ts'
import { retryWhenAvailable } from '../database/database-unavailable.ts'
import type { Tables } from '../database/tables.ts'
import type { HashAddress } from './hashed-address.ts'
import type { Amount, Ledger } from './ledger.ts'
import { toAmount, toWorst, toWorstAmount, type Worst } from './worst.ts'

export type AdmissionRequest = {
  visitor: string
  address: string | undefined
  /** Came through a proxy that nobody named, so from anywhere. */
  isRelayed: boolean
  model: Model
  thinking: Thinking
  turns: Turn[]
  /** The pictures go in as large as the model takes them. */
  highResolution: boolean
  /** Nobody is paid for a demo or a local model: only the number of runs counts. */
  isPaid: boolean
}

/** The upstream had the question and worked on it, although nothing came. */
const workedOn = new Set<RunErrorCode>(['first-byte-timeout', 'silence-timeout', 'run-timeout', 'cut-off'])
/** A run that thinks longer than its model was said to takes this much more at a time. */
const stepTokens = 8_000
const free: Amount = { tokens: 0, cost: 0 }

/** For one run. */
export type Admission = {
  /** Takes what the run may cost at most, in the transaction that makes it. Throws a ProblemError where there is not so much. */
  reserve: (trx: Transaction<Tables>, runId: string) => Promise<void>
  /** The source, settled by what it comes to. */
  meter: (source: Source) => Source
}

export type Meter = ReturnType<typeof createMeter>

/** Lets a run begin where there is an allowance for it, and counts what it comes to. */
export function createMeter(
  ledgers: { direct: Ledger; relayed: Ledger },
  toAddressKey: HashAddress,
  onFailure: (error: unknown) => void,
) {
  const settling = new Set<Promise<void>>()
  const toLedger = ({ isRelayed }: AdmissionRequest) => (isRelayed ? ledgers.relayed : ledgers.direct)

  function inBackground(work: () => Promise<void>) {
    const watched = retryWhenAvailable(work)
      .catch(onFailure)
      .finally(() => settling.delete(watched))
    settling.add(watched)
  }

  /** What a run came to: what the service says, else what was read and written. */
  function toSpent(
    asked: AdmissionRequest,
    worst: Worst,
    usage: Usage | undefined,
    output: number,
    error?: RunErrorCode,
  ): Amount {
    const { model, isPaid } = asked
    if (!isPaid) return free
    if (usage) {
      if (usage.inputTokens > worst.input || usage.outputTokens > worst.output) {
        const said = `${usage.inputTokens} tokens in and ${usage.outputTokens} out`
        const most = `${worst.input} and ${worst.output}, the most that it can have used`
        onFailure(new Error(`The model service says that a run of ${model.id} used ${said}. Counted were ${most}.`))
      }
      return toAmount(model, usage)
    }
    const isRefused = error !== undefined && output === 0 && !workedOn.has(error)
    return isRefused ? free : toAmount(model, { inputTokens: worst.input, outputTokens: output })
  }

  return {
    /** What `asked` may cost, to be reserved for the run that comes of it, and counted. */
    async admit(asked: AdmissionRequest): Promise<Admission> {
      const now = Date.now()
      const { visitor, model, isPaid, thinking, turns, highResolution } = asked
      const ledger = toLedger(asked)
      const admitted = toWorst(model, thinking, turns, highResolution)
      const amount = isPaid ? toWorstAmount(model, admitted) : free
      const address = (await toAddressKey(asked.address, now)) ?? null
      let id = ''
      return {
        async reserve(trx, runId) {
          id = runId
          await ledger.reserve(trx, { id, visitor, address, input: isPaid ? admitted.input : 0, ...amount }, now)
        },

        meter: (source) => async (signal, emit) => {
          let usage: Usage | undefined
          let output = 0
          let worst = admitted
          let error: RunErrorCode | undefined
          let isSpent = false

          /** Hands the event on where the budget has more. */
          async function extend(event: RunEventBody) {
            const before = toWorstAmount(model, worst)
            worst = { ...worst, output: Math.max(worst.output + stepTokens, output) }
            const after = toWorstAmount(model, worst)
            const more = { tokens: after.tokens - before.tokens, cost: after.cost - before.cost }
            if (await retryWhenAvailable(() => ledger.extend(id, more))) return await emit(event)
            isSpent = true
            const message = 'The budget was used up before the answer was complete. What came is kept.'
            await emit({ type: 'error', code: 'budget-spent', message, retryable: false })
          }

          try {
            await source(signal, (event) => {
              if (isSpent) return undefined
              if (isDelta(event)) output += estimateTokens(event.text)
              else if (event.type === 'usage') usage = event
              else if (event.type === 'error') error = event.code
              return isPaid && output > worst.output ? extend(event) : emit(event)
            })
          } finally {
            const spent = toSpent(asked, worst, usage, output, error)
            inBackground(() => ledger.settle(id, spent))
          }
        },
      }
    },

    /** Resolves when all that ended so far is settled. */
    async drain(): Promise<void> {
      while (settling.size > 0) await Promise.all(settling)
    },
  }
}
