/**
 * Calls back at every second frame: text that flows thirty times a second looks the same and costs half. Where the tab
 * is hidden and no frames come, four times a second. May call twice.
 */
export function onFrame(flush: () => void): void {
  const timer = setTimeout(flush, 250)
  requestAnimationFrame(() => {
    requestAnimationFrame(() => {
      clearTimeout(timer)
      flush()
    })
  })
}
