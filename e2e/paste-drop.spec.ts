import type { Page } from 'playwright/test'
import { expect, test } from './support/app.ts'
import { createPicture } from './support/picture.ts'

type Given = { files?: { name: string; type: string; base64: string }[]; data?: Record<string, string> }

/** Events as a browser sends them, on an element or, where none is named, on the page. */
async function dispatch(page: Page, events: string[], given: Given, target?: string) {
  await page.getByRole('textbox', { name: 'Question', exact: true }).waitFor()
  await page.evaluate(
    ({ events: types, given: { files = [], data = {} }, target: selector }) => {
      const transfer = new DataTransfer()
      for (const { name, type, base64 } of files) {
        transfer.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name, { type }))
      }
      for (const [type, text] of Object.entries(data)) transfer.setData(type, text)
      const element = (selector === undefined ? document.body : document.querySelector(selector)) ?? document.body
      const options = { bubbles: true, cancelable: true }
      for (const type of types) {
        element.dispatchEvent(
          type === 'paste'
            ? new ClipboardEvent(type, { ...options, clipboardData: transfer })
            : new DragEvent(type, { ...options, dataTransfer: transfer }),
        )
      }
    },
    { events, given, target },
  )
}
const drop = ['dragenter', 'dragover', 'drop']
const question = (page: Page) => page.getByRole('textbox', { name: 'Question', exact: true })
const png = async (name = 'shot.png') => ({
  name,
  type: 'image/png',
  base64: (await createPicture(320, 200)).toString('base64'),
})

test('text with a bitmap of it is pasted as text; the bitmap is offered', async ({ page, app }) => {
  await page.goto(app.url)
  const office = { files: [await png()], data: { 'text/plain': 'Solve x + 1 = 2' } }
  await dispatch(page, ['paste'], office)
  await expect(question(page)).toHaveValue('Solve x + 1 = 2')
  await expect(page.getByText('320 × 200')).toHaveCount(0)
  await page.getByRole('button', { name: 'Attach the picture of it as well?' }).click()
  await expect(page.getByText('320 × 200')).toBeVisible()
})

test('a lone pasted address is offered, fetched when wanted, and an address in the question too', async ({
  page,
  app,
  pictureUrl,
}) => {
  await page.goto(app.url)
  await dispatch(page, ['paste'], { data: { 'text/plain': pictureUrl } })
  await expect(page.getByText('300 × 180')).toHaveCount(0)
  await page.getByRole('button', { name: 'Fetch this address as a picture?' }).click()
  await expect(page.getByText('300 × 180')).toBeVisible()
  await question(page).fill(pictureUrl)
  await page.getByRole('button', { name: 'Fetch this address as a picture?' }).click()
  await expect(page.getByText('300 × 180')).toHaveCount(2)
  await expect(question(page)).toHaveValue('')
})

test('an address that cannot be fetched is there again, to be mended', async ({ page, app }) => {
  await page.goto(app.url)
  const wrong = 'http://127.0.0.1:9/problem.png'
  await question(page).fill(wrong)
  await page.getByRole('button', { name: 'Fetch this address as a picture?' }).click()
  await expect(page.getByRole('alert')).toContainText(wrong)
  await expect(question(page)).toHaveValue(wrong)
  await question(page).fill('')
  await dispatch(page, ['paste'], { data: { 'text/plain': wrong } })
  await page.getByRole('button', { name: 'Dismiss' }).first().click()
  await page.getByRole('button', { name: 'Fetch this address as a picture?' }).click()
  await expect(page.getByRole('alert')).toContainText(wrong)
  await expect(page.getByRole('button', { name: 'Fetch this address as a picture?' })).toBeVisible()
})

test('an image dragged from another page is fetched by its own address', async ({ page, app, pictureUrl }) => {
  await page.goto(app.url)
  const html = `<a href="https://example.com/"><img src="${pictureUrl}"></a>`
  await dispatch(page, drop, { data: { 'text/html': html, 'text/uri-list': 'https://example.com/' } })
  await expect(page.getByText('300 × 180')).toBeVisible()
})

test('a mixed drop takes what it can and names each file it cannot', async ({ page, app }) => {
  await page.goto(app.url)
  const base64 = Buffer.from('hello').toString('base64')
  await dispatch(page, drop, {
    files: [
      { name: 'notes.txt', type: 'text/plain', base64 },
      await png(),
      { name: 'drawing.svg', type: 'image/svg+xml', base64 },
      { name: 'torn.png', type: 'image/png', base64 },
    ],
  })
  await expect(page.getByText('320 × 200')).toBeVisible()
  for (const name of ['notes.txt', 'drawing.svg', 'torn.png']) await expect(page.getByRole('alert')).toContainText(name)
})

test('the overlay goes when the drag leaves, is given up, or ends elsewhere', async ({ page, app }) => {
  await page.goto(app.url)
  const overlay = page.getByText('Drop to add')
  const files = { files: [await png()] }
  await dispatch(page, ['dragenter', 'dragenter', 'dragover'], files)
  await expect(overlay).toBeVisible()
  await dispatch(page, ['dragleave'], files)
  await expect(overlay).toBeHidden()
  await dispatch(page, ['dragenter', 'dragover'], files)
  await expect(overlay).toBeVisible()
  await expect(overlay).toBeHidden()
  await dispatch(page, ['dragenter', 'dragover'], { data: { 'text/plain': 'only words' } })
  await expect(overlay).toBeHidden()
})

test('the same file can be chosen twice', async ({ page, app }) => {
  await page.goto(app.url)
  const file = { name: 'twice.png', mimeType: 'image/png', buffer: await createPicture(320, 200) }
  for (const count of [1, 2]) {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Add images or video' }).click()
    await (await chooser).setFiles(file)
    await expect(page.getByText('320 × 200')).toHaveCount(count)
  }
})

test('an upload waits for a lost network and goes on by itself; another can be cancelled', async ({
  page,
  app,
  context,
}) => {
  await page.goto(app.url)
  await question(page).waitFor()
  await context.setOffline(true)
  await dispatch(page, drop, { files: [await png('waits.png'), await png('not.png')] })
  await expect(page.getByText('No network: waits and goes on')).toHaveCount(2)
  await expect(page.getByRole('button', { name: 'Ask', exact: true })).toBeDisabled()
  await page.getByRole('button', { name: 'Remove not.png' }).click()
  await context.setOffline(false)
  await expect(page.getByText('320 × 200')).toHaveCount(1)
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test('a picture asked about before leads to what was answered', async ({ page, app }) => {
  await page.goto(app.url)
  await dispatch(page, drop, {
    files: [{ ...(await png()), base64: (await createPicture(333, 200)).toString('base64') }],
  })
  await question(page).fill('What was it?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  await page.getByRole('button', { name: 'New question' }).click()
  await dispatch(page, drop, {
    files: [{ ...(await png()), base64: (await createPicture(333, 200)).toString('base64') }],
  })
  await page.getByRole('link', { name: 'Asked before: What was it?' }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
})
