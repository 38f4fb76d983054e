import { createPicture, dispatchFile } from './support/picture.ts'
import { expect, test } from './support/app.ts'

test('the history finds two Chinese characters of an answer, renames, pins and groups by day', async ({
  page,
  app,
}) => {
  const history = page.getByRole('dialog', { name: 'History' })
  await page.goto(app.url)
  await expect(page.getByRole('textbox', { name: 'Question', exact: true })).toBeVisible()
  await dispatchFile(page, 'drop', await createPicture(300, 180))
  await expect(page.getByText('300 × 180')).toBeVisible()
  for (const question of ['求圆的周长', 'Something about ellipses', 'The latest of three']) {
    await page.goto(app.url)
    await page.getByRole('textbox', { name: 'Question', exact: true }).fill(question)
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  }
  await page.getByRole('button', { name: 'History' }).click()
  const today = history.getByRole('region', { name: 'Today' })
  await expect(today.getByRole('button', { name: 'The latest of three', exact: true })).toBeVisible()
  await expect(today.locator('img')).toHaveCount(1)

  await history.getByRole('button', { name: '求圆的周长', exact: true }).hover()
  await history.getByRole('button', { name: 'Rename “求圆的周长”' }).click()
  await history.getByRole('textbox', { name: 'Name' }).fill('Homework, page 12')
  await history.getByRole('textbox', { name: 'Name' }).press('Enter')
  await history.getByRole('button', { name: 'Homework, page 12', exact: true }).hover()
  await history.getByRole('button', { name: 'Pin “Homework, page 12”' }).click()
  await expect(
    history.getByRole('region', { name: 'Pinned' }).getByRole('button', { name: 'Homework, page 12', exact: true }),
  ).toBeVisible()

  await history.getByRole('searchbox', { name: 'Search' }).fill('周长')
  await expect(history.getByRole('button', { name: 'The latest of three', exact: true })).toBeHidden()
  await history.getByRole('button', { name: 'Homework, page 12', exact: true }).click()
  await expect(page.getByRole('heading', { name: '求圆的周长' })).toBeVisible()
})

test('a long history goes on as it is scrolled, without a jump', async ({ page, app }) => {
  await page.goto(app.url)
  const statuses = await page.evaluate(async () => {
    const made: number[] = []
    for (let index = 0; index < 40; index += 1) {
      const body = JSON.stringify({ question: `Number ${index} of many` })
      made.push(
        (await fetch('/api/runs', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).status,
      )
    }
    return made
  })
  expect(new Set(statuses)).toEqual(new Set([201]))
  await page.getByRole('button', { name: 'History' }).click()
  const dialog = page.getByRole('dialog', { name: 'History' })
  const middle = dialog.getByRole('button', { name: /^Number 20 of many/ })
  await middle.scrollIntoViewIfNeeded()
  const before = await middle.boundingBox()
  await expect(dialog.getByRole('button', { name: /^Number 0 of many/ })).toBeAttached()
  expect((await middle.boundingBox())?.y).toBe(before?.y)
})

test('a history of many pages never stops to come, however fast it is scrolled and whatever else is read meanwhile', async ({
  page,
  app,
}) => {
  const total = 750
  const pageSize = 30
  const asked: string[] = []
  const toEntry = (n: number) => ({
    id: `run-${n}`,
    openId: `run-${n}`,
    question: `Entry ${n}`,
    media: [],
    model: 'fake-vl',
    thinking: { enabled: false },
    status: 'answering',
    thinkingText: '',
    answerText: '',
    createdAt: 0,
    activeAt: 1_700_000_000_000 - n * 3_600_000,
    lastSeq: 1,
    // The first page is read again every now and then.
    ...(n === 0 && { isLive: true }),
  })
  await page.route(/\/api\/runs\?/, async (route) => {
    const cursor = new URL(route.request().url()).searchParams.get('cursor')
    if (cursor !== null) asked.push(cursor)
    const from = Number(cursor ?? 0)
    const items = Array.from({ length: Math.min(pageSize, total - from) }, (_, index) => toEntry(from + index))
    await route.fulfill({ json: { items, ...(from + pageSize < total && { next: String(from + pageSize) }) } })
  })
  await page.goto(app.url)
  await page.getByRole('button', { name: 'History', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'History' })
  await expect(dialog.getByRole('button', { name: /^Entry 0/ })).toBeVisible()
  // By turns in and out of view: each return reads what is there anew.
  const scrolling = await dialog.evaluateHandle((element) => {
    let frames = 0
    const step = () => {
      element.scrollBy(0, 400)
      frames += 1
      if (frames % 10 === 0) document.dispatchEvent(new Event('visibilitychange'))
      timer = requestAnimationFrame(step)
    }
    let timer = requestAnimationFrame(step)
    return { stop: () => cancelAnimationFrame(timer) }
  })
  await expect(dialog.getByRole('button', { name: `Entry ${total - 1}`, exact: true })).toBeAttached({
    timeout: 30_000,
  })
  await scrolling.evaluate(({ stop }) => stop())
  expect(new Set(asked).size).toBe(total / pageSize - 1)
})
