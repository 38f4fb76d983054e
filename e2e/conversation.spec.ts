import type { Page } from 'playwright/test'
import { createPicture, dispatchFile } from './support/picture.ts'
import { expect, test } from './support/app.ts'

const box = (page: Page) => page.getByRole('textbox', { name: 'Question', exact: true })
const ask = (page: Page) => page.getByRole('button', { name: 'Ask', exact: true })
const answers = (page: Page) => page.getByRole('region', { name: 'Answer' })

async function askFirst(page: Page, url: string, question: string) {
  await page.goto(url)
  await box(page).fill(question)
  await ask(page).click()
  await expect(answers(page).getByText('The answer is')).toBeVisible()
  await expect(ask(page)).toBeVisible()
}

type Part = { type: string; image_url?: { url: string } }
type Body = {
  messages: { role: string; content: string | Part[] }[]
  enable_thinking: boolean
  thinking_budget?: number
}
const picturesOf = (content: string | Part[] | undefined) =>
  (Array.isArray(content) ? content : []).flatMap((part) => (part.image_url ? [part.image_url.url] : []))

test('a follow-up sends the earlier pictures again beside its own, in the same thread', async ({
  page,
  app,
  upstream,
}) => {
  const [first, second] = [await createPicture(640, 400), await createPicture(200, 120)]
  await page.goto(app.url)
  await expect(box(page)).toBeVisible()
  await dispatchFile(page, 'drop', first, 'first.png')
  await expect(page.getByText('640 × 400')).toBeVisible()
  await box(page).fill('What is shown, thread one?')
  await ask(page).click()
  await expect(answers(page).getByText('The answer is')).toBeVisible()
  await dispatchFile(page, 'paste', second, 'second.png')
  await expect(page.getByText('200 × 120')).toBeVisible()
  await box(page).fill('And in this one, thread one?')
  await box(page).press('Enter')
  await expect(answers(page)).toHaveCount(2)
  await expect(answers(page).last().getByText('The answer is')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'What is shown, thread one?' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'And in this one, thread one?' })).toBeVisible()
  const body = upstream.requests.findLast(({ body: sent }) => JSON.stringify(sent ?? '').includes('And in this one'))
    ?.body as Body
  expect(body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  expect(body.messages[1]?.content).toBe('The answer is \\(x = 5\\).')
  const toUrl = (bytes: Buffer) => `data:image/png;base64,${bytes.toString('base64')}`
  expect(picturesOf(body.messages[0]?.content)).toEqual([toUrl(first)])
  expect(picturesOf(body.messages[2]?.content)).toEqual([toUrl(second)])
})

test('an edited question keeps its pictures and becomes a version beside the first, with arrows between', async ({
  page,
  app,
  upstream,
}) => {
  await page.goto(app.url)
  await expect(box(page)).toBeVisible()
  await dispatchFile(page, 'drop', await createPicture(300, 180), 'kept.png')
  await expect(page.getByText('300 × 180')).toBeVisible()
  await box(page).fill('Before the edit')
  await ask(page).click()
  await expect(answers(page).getByText('The answer is')).toBeVisible()
  await page.getByRole('button', { name: 'Edit question' }).click()
  await expect(box(page).first()).toHaveValue('Before the edit')
  await box(page).first().fill('After the edit')
  await box(page).first().press('Enter')
  await expect(page.getByRole('heading', { name: 'After the edit' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Open picture 1' })).toBeVisible()
  await expect
    .poll(() => {
      const sent = upstream.requests.find(({ body }) => JSON.stringify(body ?? '').includes('After the edit'))
      return picturesOf((sent?.body as Body | undefined)?.messages.at(-1)?.content).length
    })
    .toBe(1)
  await expect(page.getByRole('img', { name: 'Version 2 of 2' })).toBeVisible()
  await page.getByRole('button', { name: 'Previous version' }).click()
  await expect(page.getByRole('heading', { name: 'Before the edit' })).toBeVisible()
  await page.getByRole('button', { name: 'Next version' }).click()
  await expect(page.getByRole('heading', { name: 'After the edit' })).toBeVisible()
})

test('asked again with another budget it stands beside the first', async ({ page, app, upstream }) => {
  await askFirst(page, app.url, 'Budget me')
  const budget = page.getByRole('slider', { name: 'Thinking budget' })
  await budget.focus()
  await budget.press('Home')
  await page.getByRole('button', { name: 'Ask again' }).click()
  await expect(page.getByRole('img', { name: 'Version 2 of 2' })).toBeVisible()
  await expect
    .poll(() =>
      upstream.requests
        .filter(({ body }) => JSON.stringify(body ?? '').includes('Budget me'))
        .map(({ body }) => (body as Body).thinking_budget),
    )
    .toEqual([undefined, 256])
})

test('selected text is explained in a follow-up, or quoted into the box with its formulas', async ({ page, app }) => {
  await askFirst(page, app.url, 'Select from me')
  const select = () =>
    answers(page)
      .locator('p')
      .first()
      .evaluate((element) => getSelection()?.selectAllChildren(element))
  await select()
  await page.getByRole('toolbar', { name: 'Selected text' }).getByRole('button', { name: 'Quote' }).click()
  await expect(box(page)).toHaveValue(/^> The answer is \$x = 5\$\.\n\n/)
  await expect(box(page)).toBeFocused()
  await select()
  await page.getByRole('button', { name: 'Explain this' }).click()
  await expect(page.getByRole('heading', { name: 'Explain this.' })).toBeVisible()
  await expect(page.getByRole('blockquote').locator('[data-tex="x = 5"]')).toBeVisible()
})

test('a tapped formula is asked about as its source', async ({ page, app }) => {
  await askFirst(page, app.url, 'Tap my formula')
  await answers(page).locator('[data-tex]').first().click()
  await page.getByRole('toolbar', { name: 'Selected text' }).getByRole('button', { name: 'Why?' }).click()
  await expect(page.getByRole('heading', { name: 'Why is this so?' })).toBeVisible()
  await expect(page.getByRole('blockquote').locator('[data-tex="x = 5"]')).toBeVisible()
})

test('deleting a turn takes what follows along, and Undo brings all of it back', async ({ page, app }) => {
  await askFirst(page, app.url, 'Root of the branch')
  await box(page).fill('Leaf of the branch')
  await box(page).press('Enter')
  await expect(answers(page)).toHaveCount(2)
  await expect(answers(page).last().getByText('The answer is')).toBeVisible()
  await page.getByRole('button', { name: 'Delete', exact: true }).first().click()
  await expect(page).toHaveURL(/\/$/)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('heading', { name: 'Root of the branch' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Leaf of the branch' })).toBeVisible()
})
