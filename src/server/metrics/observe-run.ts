import type { Model } from '../../shared/config.ts'
import { estimateCost } from '../../shared/cost.ts'
import type { Usage } from '../../shared/run/run.ts'
import type { Source } from '../../shared/run/source.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

const seconds = (fromMs: number) => (performance.now() - fromMs) / 1000

/** The same events, counted and logged as they pass. */
export const observeRun =
  (source: Source, { model, requestId }: { model: Model; requestId: string }, metrics: Metrics, log: Log): Source =>
  async (signal, emit) => {
    const from = performance.now()
    const label = { model: model.id }
    let outcome = 'stopped'
    let code: string | undefined
    let usage: Usage | undefined
    let firstThinkingS: number | undefined
    let firstAnswerS: number | undefined
    metrics.runsLive.inc()
    try {
      await source(signal, (event) => {
        if (event.type === 'thinking-delta' && firstThinkingS === undefined) {
          firstThinkingS = seconds(from)
          metrics.firstThinking.observe(label, firstThinkingS)
        } else if (event.type === 'answer-delta' && firstAnswerS === undefined) {
          firstAnswerS = seconds(from)
          metrics.firstAnswer.observe(label, firstAnswerS)
        } else if (event.type === 'usage') usage = event
        else if (event.type === 'finish') outcome = event.reason
        else if (event.type === 'error') {
          outcome = 'error'
          code = event.code
        }
        return emit(event)
      })
    } finally {
      metrics.runsLive.dec()
      metrics.runs.inc({ ...label, outcome })
      if (code !== undefined) metrics.errors.inc({ ...label, code })
      metrics.runSeconds.observe(label, seconds(from))
      if (usage) countUsage(metrics, model, usage)
      const { inputTokens, outputTokens } = usage ?? {}
      const times = { firstThinkingS, firstAnswerS, seconds: seconds(from) }
      log.info({ requestId, model: model.id, outcome, code, inputTokens, outputTokens, ...times }, 'run')
    }
  }

function countUsage(metrics: Metrics, model: Model, usage: Usage) {
  const kinds = {
    input: usage.inputTokens,
    output: usage.outputTokens,
    thinking: usage.thinkingTokens,
    cached: usage.cachedTokens,
  }
  for (const [kind, count] of Object.entries(kinds)) if (count) metrics.tokens.inc({ model: model.id, kind }, count)
  const price = model.prices?.[0]
  const cost = price && estimateCost(price, usage)
  if (price && cost) metrics.cost.inc({ model: model.id, currency: price.currency }, cost)
}
