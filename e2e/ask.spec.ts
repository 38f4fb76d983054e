import type { Page } from 'playwright/test'
import { en } from '../src/shared/messages/en.ts'
import type { Run, RunErrorCode } from '../src/shared/run/run.ts'
import { hold } from './support/hold.ts'
import { dispatchFile, createPicture } from './support/picture.ts'
import { expect, test } from './support/app.ts'

test('a dropped and a pasted picture go to the model with the question; thinking shows before the answer', async ({
  page,
  app,
  upstream,
}) => {
  await page.goto(app.url)
  await dispatchFile(page, 'drop', await createPicture(640, 400), 'one.png')
  await expect(page.getByText('640 × 400')).toBeVisible()
  await dispatchFile(page, 'paste', await createPicture(320, 200), 'two.png')
  await expect(page.getByText('320 × 200')).toBeVisible()
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('What is x? [[slow]] dropped')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page).toHaveURL(/\/r\/[\w-]+$/)
  const thinking = page.getByRole('region', { name: 'Thinking' })
  await expect(thinking).toBeVisible()
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible({ timeout: 20_000 })
  await expect(thinking.getByRole('button', { name: /^Thought for/ })).toBeVisible()
  const sent = upstream.requests.find((request) => JSON.stringify(request.body ?? '').includes('dropped'))
  const body = sent?.body as { enable_thinking: boolean; messages: { content: { type: string }[] }[] }
  expect(body.enable_thinking).toBe(true)
  expect(body.messages.at(-1)?.content.filter((part) => part.type === 'image_url')).toHaveLength(2)
})

/** The thinking as the server saved it, and how many of its formulas the page shows. */
async function expectWhole(page: Page, steps: number) {
  const run = (await (await page.request.get(page.url().replace('/r/', '/api/runs/'))).json()) as Run
  const sent = Array.from(
    { length: steps },
    (_, index) => `Step ${index + 1}: \\(x_{${index + 1}} = ${index + 1}\\). `,
  ).join('')
  expect(run.thinkingText.startsWith(sent)).toBe(true)
  const shown = await page
    .getByRole('region', { name: 'Thinking' })
    .locator('[data-tex]')
    .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-tex')))
  expect(shown.filter((tex) => tex?.startsWith('x_{'))).toEqual(
    Array.from({ length: steps }, (_, index) => `x_{${index + 1}} = ${index + 1}`),
  )
}

test('a reload in the middle of the thinking shows all so far at once and goes on', async ({ page, app }) => {
  await page.goto(app.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Reload me [[slow]]')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Thinking' })).toContainText('Step 6')
  await page.reload()
  // The very first that is there: all so far, not typed again.
  const first = await page.getByRole('region', { name: 'Thinking' }).textContent()
  expect(first).toContain('Step 1: ')
  expect(first).toContain('Step 6: ')
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible({ timeout: 20_000 })
  await expectWhole(page, 40)
})

test('Stop ends it at the upstream within two seconds and keeps what came', async ({ page, app, upstream }) => {
  await page.goto(app.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Stop me [[until-stopped]]')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Thinking' })).toBeVisible()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByText(/stopped/i).first()).toBeVisible()
  await expect
    .poll(
      () => upstream.requests.find((request) => JSON.stringify(request.body ?? '').includes('Stop me'))?.abortedAt,
      { timeout: 2_000 },
    )
    .toBeTruthy()
  await expect(page.getByRole('button', { name: 'Ask again' })).toBeVisible()
})

test('a lost network comes back by itself without losing a character', async ({ page, app, context }) => {
  await page.goto(app.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Cut my network [[slow]]')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Thinking' })).toBeVisible()
  await context.setOffline(true)
  await expect(page.getByText(en.reconnecting)).toBeInViewport()
  await context.setOffline(false)
  await expect(page.getByText(en.reconnecting)).toBeHidden()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible({ timeout: 25_000 })
  await expectWhole(page, 40)
})

const errors: [scenario: string, code: RunErrorCode][] = [
  ['refuse-key', 'invalid-key'],
  ['no-credit', 'no-credit'],
  ['not-found', 'model-not-found'],
  ['rate-limit', 'rate-limited'],
  ['moderation', 'moderation-output'],
  ['bad-image', 'media-rejected'],
  ['too-long', 'context-too-long'],
  ['cut', 'cut-off'],
  ['no-finish', 'cut-off'],
  ['never', 'first-byte-timeout'],
  ['stall', 'silence-timeout'],
]
for (const [scenario, code] of errors) {
  test(`the error ${scenario} is said in words, with a way on`, async ({ page, app }) => {
    await page.goto(app.url)
    await page.getByRole('textbox', { name: 'Question', exact: true }).fill(`Fail please [[${scenario}]]`)
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(page.getByRole('alert')).toContainText(en.runErrors[code], { timeout: 30_000 })
    await expect(page.getByRole('button', { name: 'Ask again' })).toBeVisible()
  })
}

test('of a garbled stream all that can be read is shown, and that some is missing', async ({ page, app }) => {
  await page.goto(app.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Mumble [[garble]]')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  await expect(page.getByRole('alert')).toContainText(en.runErrors['cut-off'])
})

test('a budget eaten by the thinking offers to answer now', async ({ page, app, upstream }) => {
  await page.goto(app.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Eat it all [[length]]')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await page.getByRole('button', { name: 'Answer now' }).click()
  await expect
    .poll(
      () =>
        upstream.requests.filter((request) => JSON.stringify(request.body ?? '').includes('Eat it all')).at(-1)
          ?.body as {
          enable_thinking?: boolean
        },
    )
    .toMatchObject({ enable_thinking: false })
})

test('asked without a network it says so at once, keeps the question, and asks when told again', async ({
  page,
  app,
  context,
}) => {
  await page.goto(app.url)
  const question = page.getByRole('textbox', { name: 'Question', exact: true })
  await question.fill('Nobody hears me')
  await context.setOffline(true)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText(en.offline)
  await expect(question).toHaveValue('Nobody hears me')
  await context.setOffline(false)
  await expect(page).toHaveURL(`${app.url}/`)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
})

test('what is written while the question is on its way is not lost', async ({ page, app }) => {
  await page.goto(app.url)
  const letGo = await hold(page, '**/api/runs')
  const question = page.getByRole('textbox', { name: 'Question', exact: true })
  await question.fill('On its way')
  await page.keyboard.press('Enter')
  await question.pressSequentially(', and then some')
  letGo()
  await expect(page.getByRole('heading', { name: 'On its way', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'New question' }).click()
  await expect(question).toHaveValue('On its way, and then some')
})

test('a refused file is named with its reason, and the question stays', async ({ page, app }) => {
  await page.goto(app.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Keep me')
  await dispatchFile(page, 'drop', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'drawing.png')
  await expect(page.getByText('drawing.png')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Question', exact: true })).toHaveValue('Keep me')
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Question', exact: true })).toHaveValue('Keep me')
})

test('a finished run stands in the history and can be deleted and brought back', async ({ page, app }) => {
  await page.goto(app.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Remember this one')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  await page.getByRole('button', { name: 'History' }).click()
  const entry = page.getByRole('dialog').getByRole('button', { name: 'Remember this one', exact: true })
  await expect(entry).toBeVisible()
  await page.getByRole('button', { name: /Delete .Remember this one/ }).click()
  await expect(entry).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(entry).toBeVisible()
})

test('a picture is fetched by its address; a private address is refused in words', async ({
  page,
  app,
  pictureUrl,
}) => {
  await page.goto(app.url)
  const url = page.getByRole('textbox', { name: 'Image or video URL' })
  await url.fill(pictureUrl)
  await url.press('Enter')
  await expect(page.getByText('300 × 180')).toBeVisible()
  await url.fill('http://10.0.0.1/x.png')
  await url.press('Enter')
  await expect(page.getByRole('alert')).toContainText('http://10.0.0.1/x.png')
  await expect(url).toHaveValue('http://10.0.0.1/x.png')
})

test('the keyboard alone is enough to ask, stop and begin again', async ({ page, app }) => {
  await page.goto(app.url)
  const reach = async (name: string) => {
    const target = page.getByRole('button', { name, exact: true })
    for (let step = 0; step < 40; step += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`the Tab key does not reach ${name}`)
  }
  await page.getByRole('textbox', { name: 'Question', exact: true }).focus()
  await page.keyboard.type('By keys [[until-stopped]]')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Thinking' })).toBeVisible()
  await reach('Stop')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Ask again' })).toBeVisible()
  await reach('New question')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Question', exact: true })).toBeVisible()
})

test('an address without a run says so after one look', async ({ page, app }) => {
  const looks: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/thread')) looks.push(request.url())
  })
  await page.goto(`${app.url}/r/nowhere`)
  await expect(page.getByRole('alert')).toHaveText(
    'This is not here: it was deleted, or it belongs to another browser.',
  )
  expect(looks).toHaveLength(1)
})
