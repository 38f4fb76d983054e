import { useEffect, useEffectEvent, useMemo, useState } from 'react'
import { estimateTokens } from '../../shared/estimate-tokens.ts'
import type { Run } from '../../shared/run/run.ts'
import { serverNow } from '../server-clock.ts'

/**
 * Seconds from the first thinking to the first answer or the end, else to now. Tokens as the upstream counted them,
 * or an estimate until it says: counted again once a second, not with every delta.
 */
export function useThinkingProgress(
  run: Run,
  elapsedMs?: number,
): { seconds: number; tokens: number; isEstimate: boolean } {
  const until = run.answerStartedAt ?? run.endedAt
  const look = () => ({ now: serverNow(), estimate: estimateTokens(run.thinkingText) })
  const [seen, setSeen] = useState(look)
  const handleTick = useEffectEvent(() => setSeen(look()))
  useEffect(() => {
    if (until !== undefined) return
    const timer = setInterval(() => handleTick(), 1_000)
    return () => clearInterval(timer)
  }, [until])
  const text = run.thinkingText
  const whole = useMemo(() => (until === undefined ? undefined : estimateTokens(text)), [until, text])
  const end = until ?? elapsedMs ?? seen.now - run.createdAt
  const counted = run.usage?.thinkingTokens
  return {
    seconds: Math.max(0, Math.round((end - (run.thinkingStartedAt ?? end)) / 1000)),
    tokens: counted ?? whole ?? seen.estimate,
    isEstimate: counted === undefined,
  }
}
