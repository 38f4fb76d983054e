/** Calls back when the page has nothing to do, or after `timeoutMs` at the latest. Returns how to leave off. */
export function onIdle(callback: () => void, timeoutMs?: number): () => void {
  // Safari has no idle time to give.
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(callback, 16)
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(callback, timeoutMs === undefined ? {} : { timeout: timeoutMs })
  return () => cancelIdleCallback(handle)
}
