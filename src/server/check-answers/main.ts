// `npm run --silent check-answers`: JSON lines in, JSON lines out.
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { createWorkerPool } from '../text-workers/worker-pool.ts'
import { checkLines } from './check-lines.ts'

const help = `Checks answers by computing. Reads JSON lines from its input and writes one for each, in their order.

  npm run --silent check-answers < answers.jsonl > results.jsonl

In:   {"id", "question"?, "answer"}    the question and the answer as Markdown with LaTeX; "reading"? counts more than "question"
Out:  {"id", "final", "how"?, "why"?, "steps"}
      final   "verified", "refuted", or "unknown" with the reason as "why"
      steps   those that do not hold: {"holds": false, "text", "left"?, "right"?}
In:   {"id", "a", "b"}                 two values
Out:  {"id", "same"}                   "yes", "no" or "unknown"

A line that cannot be read gives {"id"?, "line", "error"}. Each has a quarter of a second.
`

/** Touches most of what a check does, so that the first line is checked as fast as the second. */
const sample = {
  question: 'Solve $x^2 - 5x + 6 = 0$.',
  answer:
    'We get $x^2 - 5x + 6 = (x-2)(x-3)$ and $\\frac{3}{4} + \\sqrt{2} \\cdot 5 = 7.82$, so $\\boxed{x = 2 \\text{ or } x = 3}$.',
}

async function run() {
  const threads = Math.max(2, availableParallelism())
  const file = new URL('./text-worker.js', import.meta.url)
  const workers = createWorkerPool(file, { threads, warmUp: { name: 'checkAnswer', input: sample } })
  for await (const line of checkLines(process.stdin, workers)) {
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
  }
  await workers.close()
}

// Whoever reads the results may have had enough of them.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
if (process.argv.length > 2) console.log(help)
else await run()
