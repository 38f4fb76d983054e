/** Formulas far from the view are drawn only now; paper shows all of them. */
const drawnMs = 300

/** Opens the browser's print dialog on the page in view, with or without the thinking. */
export async function printRun(hasThinking: boolean): Promise<void> {
  const root = document.documentElement
  root.dataset['print'] = hasThinking ? 'thinking' : 'answer'
  await new Promise((resolve) => setTimeout(resolve, drawnMs))
  print()
  delete root.dataset['print']
}
