/** In milliseconds: until the first byte, between two pieces, for the whole run. */
export type Timeouts = { firstByteMs: number; silenceMs: number; runMs: number }

export type Limit = keyof Timeouts

/** Behind its finish reason an answer has this long to say what it used, whatever else it sends. */
const defaultUsageMs = 5_000

/** Watches one run. Calls `onLate` with the limit that passed, or with none where only the usage was waited for. */
export function createWaits(timeouts: Timeouts, onLate: (limit?: Limit) => void, usageMs = defaultUsageMs) {
  const runTimer = setTimeout(() => onLate('runMs'), timeouts.runMs)
  let timer: NodeJS.Timeout | undefined
  let heardAt = 0
  let finishedAt: number | undefined

  function set(ms: number, onEnd: () => void) {
    clearTimeout(timer)
    timer = setTimeout(onEnd, ms)
  }

  /** Set anew by every piece, the timer would cost more than reading the piece does. */
  function waitForMore(ms = timeouts.silenceMs) {
    set(ms, () => {
      const left = heardAt + timeouts.silenceMs - performance.now()
      if (left > 0) waitForMore(left)
      else onLate('silenceMs')
    })
  }

  return {
    forFirst: () => set(timeouts.firstByteMs, () => onLate('firstByteMs')),
    forMore: () => waitForMore(),
    forUsage() {
      finishedAt ??= performance.now()
      set(finishedAt + usageMs - performance.now(), () => onLate())
    },
    isForUsage: () => finishedAt !== undefined,
    hear() {
      heardAt = performance.now()
    },
    /** For nothing of the model's: what is waited for is our own. */
    pause: () => clearTimeout(timer),
    end() {
      clearTimeout(timer)
      clearTimeout(runTimer)
    },
  }
}
