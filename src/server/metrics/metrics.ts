import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What is counted now and asked for when somebody reads. */
export type Live = { viewers: () => number }

export type Metrics = ReturnType<typeof createMetrics>

const secondsOfRuns = [0.25, 0.5, 1, 2, 5, 10, 20, 60, 180, 600, 1_800]
const secondsOfWork = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]

/** Everything `/metrics` tells. Labels come from closed lists: no id, address or text of a person becomes one. */
export function createMetrics(live: Live) {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'showwork_viewers',
    help: 'Streams of events that are open.',
    registers,
    collect() {
      this.set(live.viewers())
    },
  })
  return {
    registry,
    requests: new Histogram({
      name: 'showwork_http_request_seconds',
      help: 'Time to the response’s head, by route.',
      labelNames: ['method', 'route', 'status'],
      buckets: secondsOfWork,
      registers,
    }),
    refusals: new Counter({
      name: 'showwork_refusals_total',
      help: 'Requests refused, by problem code.',
      labelNames: ['code'],
      registers,
    }),
    runsLive: new Gauge({ name: 'showwork_runs_live', help: 'Runs that are going here.', registers }),
    runs: new Counter({
      name: 'showwork_runs_total',
      help: 'Runs that ended: stop, length, stopped or error.',
      labelNames: ['model', 'outcome'],
      registers,
    }),
    errors: new Counter({
      name: 'showwork_run_errors_total',
      help: 'Runs that failed, by error code.',
      labelNames: ['model', 'code'],
      registers,
    }),
    firstThinking: new Histogram({
      name: 'showwork_first_thinking_seconds',
      help: 'From the question to the model’s first thinking.',
      labelNames: ['model'],
      buckets: secondsOfRuns,
      registers,
    }),
    firstAnswer: new Histogram({
      name: 'showwork_first_answer_seconds',
      help: 'From the question to the first piece of the answer.',
      labelNames: ['model'],
      buckets: secondsOfRuns,
      registers,
    }),
    runSeconds: new Histogram({
      name: 'showwork_run_seconds',
      help: 'From the question to the end of the run.',
      labelNames: ['model'],
      buckets: secondsOfRuns,
      registers,
    }),
    commits: new Histogram({
      name: 'showwork_commit_seconds',
      help: 'Time of one commit of the journal.',
      buckets: secondsOfWork,
      registers,
    }),
    tokens: new Counter({
      name: 'showwork_tokens_total',
      help: 'Tokens as the upstream reported them.',
      labelNames: ['model', 'kind'],
      registers,
    }),
    cost: new Counter({
      name: 'showwork_cost_total',
      help: 'Estimated cost, in the currency of the price list.',
      labelNames: ['model', 'currency'],
      registers,
    }),
  }
}
