import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright/test'
import { expect, test } from './support/app.ts'
import { hold } from './support/hold.ts'
import { createPicture, dispatchFile } from './support/picture.ts'

const ask = async (page: Page, url: string, question: string) => {
  await page.goto(url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill(question)
  await page.keyboard.press('Enter')
}

/** Somebody else, with nothing but the link. Every byte that comes is kept. */
async function openStranger(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const received: Promise<string>[] = []
  page.on('response', (response) => {
    // The program itself is the same for everybody.
    if (new URL(response.url()).pathname.startsWith('/assets/')) return
    const body = response.body().then(
      (bytes) => bytes.toString('latin1'),
      () => '',
    )
    received.push(response.allHeaders().then(async (headers) => JSON.stringify(headers) + (await body)))
  })
  return { page, context, everything: async () => (await Promise.all(received)).join('\n') }
}

test('a link made while the model thinks fills in on both sides, and goes dark when revoked', async ({
  page,
  app,
  browser,
}) => {
  test.slow()
  await ask(page, app.url, 'Shared early [[long]]')
  await expect(page).toHaveURL(/\/r\//)
  const id = page.url().split('/r/')[1] ?? ''
  const made = await page.request.post(`${app.url}/api/runs/${id}/shares`, { data: {} })
  const share = (await made.json()) as { id: string; url: string }
  const stranger = await openStranger(browser)
  await stranger.page.goto(share.url)
  await expect(stranger.page.getByRole('heading', { name: /Shared early/ })).toBeVisible()
  for (const side of [page, stranger.page]) {
    await expect(
      side.getByRole('region', { name: 'Thinking', exact: true }).getByText('and we go on').first(),
    ).toBeVisible()
  }
  await page.request.delete(`${app.url}/api/shares/${share.id}`)
  await expect(stranger.page.getByRole('heading', { name: 'This link is gone' })).toBeVisible()
  await expect(stranger.page.getByText('and we go on')).toHaveCount(0)
  await stranger.context.close()
  await page.getByRole('button', { name: 'Stop' }).click()
})

test('what is switched off and what is covered reaches nobody; the same link stays when it changes', async ({
  page,
  app,
  browser,
}) => {
  await page.goto(app.url)
  await dispatchFile(page, 'paste', await createPicture())
  await expect(page.getByText('640 × 400')).toBeVisible()
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('A question of mine')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const preview = page.getByRole('region', { name: 'What others will see' })
  await expect(preview.getByRole('heading', { name: 'A question of mine' })).toBeVisible()

  // A box by the mouse, another one by the keys alone.
  const picture = preview.getByRole('img', { name: 'Picture 1' })
  const box = await picture.boundingBox()
  if (!box) throw new Error('the picture has no place')
  await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.1)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5, { steps: 4 })
  await page.mouse.up()
  await expect(preview.getByRole('button', { name: 'Box 1', exact: true })).toBeVisible()
  await preview.getByRole('button', { name: 'Add a box' }).press('Enter')
  await preview.getByRole('button', { name: 'Box 2', exact: true }).press('ArrowRight')
  await page.getByRole('button', { name: 'Create link' }).click()
  const link = await page.getByRole('textbox', { name: 'Link', exact: true }).inputValue()
  await expect(page.getByRole('note')).toContainText('PUBLIC_URL')
  await page.getByRole('button', { name: 'QR code' }).click()
  await expect(page.getByRole('img', { name: /^QR code of/ })).toBeVisible()
  expect((await new AxeBuilder({ page }).include('dialog[open]').analyze()).violations).toEqual([])

  const stranger = await openStranger(browser)
  await stranger.page.goto(link)
  const shared = stranger.page.getByRole('img', { name: 'Picture 1' }).first()
  await expect(shared).toBeVisible()
  const colours = await shared.evaluate(async (image: HTMLImageElement) => {
    await image.decode()
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight)
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const at = (x: number, y: number) =>
      [...(context?.getImageData(image.naturalWidth * x, image.naturalHeight * y, 1, 1).data ?? [])].slice(0, 3)
    return { first: at(0.2, 0.3), second: at(0.5, 0.5), beside: at(0.9, 0.9) }
  })
  expect(colours).toEqual({ first: [32, 36, 31], second: [32, 36, 31], beside: [253, 251, 245] })
  await stranger.context.close()

  for (const part of ['Question', 'Pictures', 'Thinking']) await page.getByRole('checkbox', { name: part }).uncheck()
  await expect(preview.getByRole('heading', { name: 'A question of mine' })).toHaveCount(0)
  await expect
    .poll(async () => {
      const view = await page.request.get(link.replace('/s/', '/api/shares/'))
      return (await view.json()) as unknown
    })
    .toMatchObject({ include: { question: false, media: false, thinking: false } })
  await expect(page.getByRole('textbox', { name: 'Link', exact: true })).toHaveValue(link)
  const other = await openStranger(browser)
  await other.page.goto(link)
  await expect(other.page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  const text = await other.everything()
  expect(text).toContain('The answer')
  expect(text).not.toMatch(/A question of mine|be the unknown|thinkingTokens|"kind":"image"/)
  await other.context.close()

  await page.getByText('Your link').click()
  await page.getByRole('button', { name: 'Revoke all links' }).click()
  await expect(page.getByRole('button', { name: 'Create link' })).toBeVisible()
  expect((await page.request.get(link)).status()).toBe(404)
})

test('a link never shows what its owner sees switched off: not where it was still being made, not after a failure', async ({
  page,
  app,
}) => {
  await ask(page, app.url, 'Switched off in time')
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Create link' })).toBeVisible()
  const letGo = await hold(page, '**/api/runs/*/shares')
  // The link is known by the reply alone.
  await page.route('**/api/shares', async (route) => await route.abort())
  const thinking = page.getByRole('checkbox', { name: 'Thinking' })
  const question = page.getByRole('checkbox', { name: 'Question' })
  await page.getByRole('button', { name: 'Create link' }).click()
  await thinking.uncheck()
  letGo()
  const link = await page.getByRole('textbox', { name: 'Link', exact: true }).inputValue()
  const readInclude = async () => {
    const view = await page.request.get(link.replace('/s/', '/api/shares/'))
    return ((await view.json()) as { include: unknown }).include
  }
  await expect.poll(readInclude).toEqual({ question: true, media: true, thinking: false })
  await page.unroute('**/api/shares')

  await page.route('**/api/shares/*', async (route) => await route.abort())
  await question.uncheck()
  const alert = page.getByRole('alert')
  await expect(alert).toContainText('The link still shows what it did before.')
  expect(await readInclude()).toEqual({ question: true, media: true, thinking: false })
  await page.unroute('**/api/shares/*')
  await alert.getByRole('button', { name: 'Save again' }).click()
  await expect.poll(readInclude).toEqual({ question: false, media: true, thinking: false })
  await expect(alert).toHaveCount(0)
  await expect(question).not.toBeChecked()
  await expect(thinking).not.toBeChecked()
})

test('without any program the page is whole; with it nothing moves when it takes over', async ({
  page,
  app,
  browser,
}) => {
  test.slow()
  const file = { name: 'a.png', mimeType: 'image/png', buffer: await createPicture() }
  const media = (await (await page.request.post(`${app.url}/api/media`, { multipart: { file } })).json()) as {
    id: string
  }
  const asked = await page.request.post(`${app.url}/api/runs`, { data: { question: 'Plain?', media: [media.id] } })
  const { id } = (await asked.json()) as { id: string }
  await page.request.get(`${app.url}/api/runs/${id}/events`)
  const made = await page.request.post(`${app.url}/api/runs/${id}/shares`, { data: {} })
  const { url } = (await made.json()) as { url: string }

  const plain = await openStranger(browser, { javaScriptEnabled: false, locale: 'zh-CN' })
  await plain.page.goto(url)
  await expect(plain.page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(plain.page.getByRole('img', { name: '图片 1' })).toBeVisible()
  await expect(plain.page.getByRole('region', { name: '答案' }).locator('math').first()).toBeVisible()
  await expect(plain.page.locator('meta[name=robots]')).toHaveAttribute('content', /noindex/)
  await plain.context.close()

  const lively = await openStranger(browser)
  const refused: string[] = []
  lively.page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) refused.push(message.text())
  })
  await lively.page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value)
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await lively.page.goto(url)
  await expect(lively.page.getByRole('button', { name: 'Ask about this' })).toBeVisible()
  await expect(lively.page.locator('.katex').first()).toBeVisible()
  const moved = await lively.page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)
  expect(moved.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(0.05)
  expect(refused).toEqual([])
  expect((await new AxeBuilder({ page: lively.page }).analyze()).violations).toEqual([])

  // A stranger goes on in a copy, which stays when the link is revoked.
  await lively.page.getByRole('button', { name: 'Ask about this' }).click()
  await expect(lively.page.getByRole('dialog')).toContainText('stays when this link is revoked')
  await lively.page.getByRole('button', { name: 'Go on in my copy' }).click()
  await expect(lively.page).toHaveURL(/\/r\//)
  await page.request.delete(`${app.url}/api/shares`)
  await lively.page.reload()
  await expect(lively.page.locator('.katex').first()).toBeVisible()
  expect(lively.page.url().split('/r/')[1]).not.toBe(id)
  await lively.page.goto(url)
  await expect(lively.page.getByRole('heading', { name: 'This link is gone' })).toBeVisible()
  await lively.context.close()
})
