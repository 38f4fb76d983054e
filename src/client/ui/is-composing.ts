/** Safari ends the composition before the keydown that ended it; that key is not for us either. */
const afterCompositionMs = 60

/** Whether a key belongs to an input method rather than to the page. Watch `compositionend` with `noteCompositionEnd`. */
export function createImeGuard(now: () => number = () => performance.now()) {
  let endedAt = -Infinity
  return {
    noteCompositionEnd: () => {
      endedAt = now()
    },
    isComposing: (event: { isComposing: boolean; keyCode: number }) =>
      event.isComposing || (event.keyCode === 229 && now() - endedAt < afterCompositionMs),
  }
}
