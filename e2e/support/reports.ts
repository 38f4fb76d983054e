import type { Browser } from 'playwright/test'

/** What a page logs when its policy refused something, or when model text fell back to plain text. */
const isReport = (text: string) =>
  /Content Security Policy|Trusted(?:HTML|Script|ScriptURL|Types)\b|could not be rendered/.test(text)

/** The reports of every page that any test opens in this browser from now on. */
export function collectReports(browser: Browser): string[] {
  const reports: string[] = []
  browser.on('context', (context) => {
    context.on('console', (message) => {
      if (isReport(message.text())) reports.push(message.text())
    })
    context.on('weberror', (event) => {
      if (isReport(event.error().message)) reports.push(event.error().message)
    })
  })
  return reports
}
