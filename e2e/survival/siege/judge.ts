import type { Result } from './run-attack.ts'

/** Milliseconds of another visitor's /healthz, and of what else that visitor does. */
const most = { stallP99: 150, stallWorst: 400, other: 2_000 }

export const percentile = (values: number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
const worst = (values: number[]) => Math.max(0, ...values)

export const toFigures = ({ report, deaths, peakMb }: Result) => ({
  deaths,
  lost: report.lost.length,
  refused: report.refused.length,
  p50: percentile(report.stalls, 0.5),
  p99: percentile(report.stalls, 0.99),
  worst: worst(report.stalls),
  question: worst(report.questions),
  upload: worst(report.uploads),
  link: worst(report.links),
  peakMb,
  lagMs: report.ownLagMs,
})

/** What holds whatever the machine is busy with. */
export function findFaults(result: Result, megabytes: number): string[] {
  const { deaths, lost, peakMb } = toFigures(result)
  const faults = [
    deaths > 0 && 'the server died',
    lost > 0 && result.report.lost.slice(0, 3).join('; '),
    peakMb > megabytes && `${peakMb.toFixed(0)} MB were resident`,
    result.report.stalls.length === 0 && 'nothing was measured',
  ]
  return [...faults.filter((fault) => fault !== false), ...(result.problems ?? [])]
}

/** What only a machine without other work can be held to. */
export function findSlow(result: Result): string[] {
  const { p99, worst: stall, question, upload, link, refused } = toFigures(result)
  const faults = [
    p99 > most.stallP99 && `p99 of /healthz ${p99.toFixed(0)} ms`,
    stall > most.stallWorst && `/healthz stalled for ${stall.toFixed(0)} ms`,
    question > most.other && `another visitor's question took ${question.toFixed(0)} ms`,
    upload > most.other && `another visitor's picture took ${upload.toFixed(0)} ms`,
    link > most.other && `a link took ${link.toFixed(0)} ms`,
    refused > 0 && `refused to others: ${[...new Set(result.report.refused)].join(', ')}`,
  ]
  return faults.filter((fault) => fault !== false)
}
