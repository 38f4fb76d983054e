/** Where something stands in for what is still on its way. */
const pending = '[data-pending]'
const ready = '[data-shared]'

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))

/**
 * A page that came whole from the server stays in view until the program's own stands ready behind it, in the same
 * place; then they change places in one step. If the program's never gets ready the server's stays.
 */
export async function takeOver(served: HTMLElement, render: (stage: HTMLElement) => void): Promise<void> {
  const stage = document.createElement('div')
  stage.className = 'invisible absolute inset-x-0 top-0'
  stage.inert = true
  served.after(stage)
  render(stage)
  await new Promise<void>((resolve) => {
    const look = () => {
      if (!stage.querySelector(ready) || stage.querySelector(pending)) return
      observer.disconnect()
      resolve()
    }
    const observer = new MutationObserver(look)
    observer.observe(stage, { childList: true, subtree: true, attributes: true })
    look()
  })
  // Formulas near the view are drawn, and their fonts come.
  await nextFrame()
  await nextFrame()
  await document.fonts.ready
  served.remove()
  stage.className = ''
  stage.inert = false
  stage.id = served.id
}
