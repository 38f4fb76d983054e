import type { Page } from 'playwright/test'
import { expect, test } from './support/app.ts'
import { createPicture, dispatchFile } from './support/picture.ts'

/** What the last years brought: a browser that has had its last update lacks it. */
function takeAway() {
  const drop = (owner: object | undefined, ...names: string[]) => {
    for (const name of names) if (owner) Reflect.deleteProperty(owner, name)
  }
  drop(Array.prototype, 'toSorted', 'toReversed', 'toSpliced', 'with', 'findLast', 'findLastIndex', 'at')
  drop(String.prototype, 'at', 'isWellFormed', 'toWellFormed')
  drop(Object, 'hasOwn', 'groupBy')
  drop(Map, 'groupBy')
  drop(Array, 'fromAsync')
  drop(Promise, 'withResolvers', 'try')
  drop(Set.prototype, 'union', 'intersection', 'difference', 'isSubsetOf')
  drop(URL, 'canParse', 'parse')
  drop(AbortSignal, 'any', 'timeout')
  drop(AbortSignal.prototype, 'throwIfAborted')
  drop(globalThis, 'structuredClone', 'scheduler', 'Iterator')
}

/** As where all cookies are blocked, or a frame may keep nothing. */
function denyStorage() {
  const deny = () => {
    throw new DOMException('Access is denied for this document.', 'SecurityError')
  }
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
    Object.defineProperty(globalThis, name, { configurable: true, get: deny })
}

function fillStorage() {
  Storage.prototype.setItem = () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
  }
}

const surroundings: [string, () => void][] = [
  ['without the newest built-ins', takeAway],
  ['whose storage may not be touched', denyStorage],
  ['whose storage is full', fillStorage],
]

/** Throws where a page did; a policy’s report is somebody else’s. */
function collectFaults(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  return faults
}

for (const [name, prepare] of surroundings) {
  test(`in a browser ${name} a question with a picture is asked, answered, shared and found again`, async ({
    page,
    app,
  }) => {
    const faults = collectFaults(page)
    await page.addInitScript(prepare)
    await page.goto(app.url)
    await expect(page.getByRole('button', { name: /sample|Find|quadratic|wrong line/i }).first()).toBeVisible()
    await dispatchFile(page, 'drop', await createPicture(300, 180), 'page.png')
    await expect(page.getByText('300 × 180')).toBeVisible()
    const question = page.getByRole('textbox', { name: 'Question', exact: true })
    await question.fill('How many, here?')
    await page.getByRole('combobox', { name: 'Language' }).first().selectOption('zh-CN')
    await expect(page.getByRole('textbox', { name: '问题', exact: true })).toHaveValue('How many, here?')
    await page.getByRole('combobox').filter({ hasText: 'English' }).first().selectOption('en')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    const answer = page.getByRole('region', { name: 'Answer', exact: true })
    await expect(answer.locator('.katex').first()).toBeVisible()
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.getByRole('button', { name: 'Create link' }).click()
    const link = await page.getByRole('textbox', { name: 'Link', exact: true }).inputValue()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'History', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Today' }).getByText('How many, here?').first()).toBeVisible()
    await page.goto(link)
    await expect(page.getByRole('region', { name: 'Answer', exact: true }).locator('.katex').first()).toBeVisible()
    await page.goto(app.url)
    await page.getByRole('textbox', { name: 'Question', exact: true }).fill('[[echo]]Use **bold** and `code`.')
    await page.keyboard.press('Enter')
    await expect(answer.locator('strong')).toHaveText('bold')
    expect(faults).toEqual([])
  })
}
