import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, startApp, test } from './support/app.ts'
import { freePort } from './support/free-port.ts'
import { createPicture } from './support/picture.ts'

test('a picture taken on the phone lands in the laptop’s question, once', async ({ browser, upstream }) => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-phone-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const app = await startApp(dir, { MODEL_BASE_URL: `${upstream.url}/v1`, PORT: String(port), PUBLIC_URL: url })
  const laptop = await (await browser.newContext({ locale: 'en-US' })).newPage()
  await laptop.goto(url)
  await laptop.getByRole('button', { name: 'From my phone' }).click()
  await expect(laptop.getByRole('img', { name: 'Code for the phone' })).toBeVisible()
  const address = (await laptop.getByText(`${url}/p/`).textContent()) ?? ''

  // A lost network ends nothing.
  const failed = laptop.waitForEvent('requestfailed')
  await laptop.context().setOffline(true)
  await failed
  await laptop.context().setOffline(false)

  const device = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: 'en-US' }
  const phone = await (await browser.newContext(device)).newPage()
  await phone.goto(address)
  const chooser = phone.waitForEvent('filechooser')
  await phone.getByRole('button', { name: 'Camera' }).tap()
  const file = { name: 'photo.png', mimeType: 'image/png', buffer: await createPicture(410, 300) }
  await (await chooser).setFiles(file)
  await expect(phone.getByText('It is there.')).toBeVisible()
  await expect(laptop.getByText('410 × 300')).toBeVisible()
  await expect(laptop.getByRole('dialog')).toHaveCount(0)

  await phone.reload()
  await expect(phone.getByRole('alert')).toContainText('used already')
  const again = new FormData()
  again.set('file', new File([new Uint8Array(file.buffer)], 'again.png'))
  const response = await fetch(`${address.replace('/p/', '/api/pairings/')}/media`, { method: 'POST', body: again })
  expect(response.status).toBe(404)
  await app.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})

test('on this machine alone the page says what to set', async ({ page, app }) => {
  await page.goto(app.url)
  await page.getByRole('button', { name: 'From my phone' }).click()
  await expect(page.getByRole('dialog')).toContainText('HOST=0.0.0.0')
})
