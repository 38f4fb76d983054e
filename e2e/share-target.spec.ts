import { expect, test } from './support/app.ts'
import { createPicture } from './support/picture.ts'

test('what another app shares with the installed page becomes the beginning of a question', async ({
  page,
  app,
  context,
}) => {
  await page.goto(app.url)
  const browser = await context.newCDPSession(page)
  const { errors } = await browser.send('Page.getAppManifest')
  expect(errors).toEqual([])
  const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors')
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([])
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))

  // As the phone's sharing sheet does: a form that comes from nowhere.
  const sheet = await context.newPage()
  await sheet.setContent(`<form action="${app.url}/receive" method="post" enctype="multipart/form-data">
    <input name="text" value="Why is it 5?"><input type="file" name="files"><button>Send</button></form>`)
  const buffer = await createPicture(320, 200)
  await sheet.locator('[type=file]').setInputFiles({ name: 'gallery.png', mimeType: 'image/png', buffer })
  await sheet.getByRole('button', { name: 'Send' }).click()
  await expect(sheet.getByRole('textbox', { name: 'Question', exact: true })).toHaveValue('Why is it 5?')
  await expect(sheet.getByText('320 × 200')).toBeVisible()
  expect(new URL(sheet.url()).search).toBe('')
  await sheet.reload()
  await expect(sheet.getByText('320 × 200')).toHaveCount(1)

  await sheet.goto(`${app.url}/?received=none`)
  await expect(sheet.getByRole('alert')).toContainText('Share it again now that this page is open.')
})

test('shared before the page was ever open it is asked for again', async ({ request, app }) => {
  const response = await request.post(`${app.url}/receive`, {
    multipart: { text: 'x' },
    headers: { origin: 'null' },
    maxRedirects: 0,
  })
  expect(response.status()).toBe(303)
  expect(response.headers()['location']).toBe('/?received=none')
})
