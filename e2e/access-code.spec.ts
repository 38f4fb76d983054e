import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, startApp, test as base } from './support/app.ts'
import { createPicture, dispatchFile } from './support/picture.ts'

const test = base.extend<{ locked: { url: string } }>({
  locked: async ({ upstream }, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'showwork-access-'))
    const app = await startApp(dir, { MODEL_BASE_URL: `${upstream.url}/v1`, ACCESS_CODE: 'open sesame' })
    await use(app)
    await app.end('SIGTERM')
    rmSync(dir, { recursive: true, force: true })
  },
})

test('asking wants the code once; what was typed and dropped then goes on its way', async ({ page, locked }) => {
  await page.goto(locked.url)
  const dialog = page.getByRole('dialog', { name: 'Access code' })
  const code = dialog.getByRole('textbox', { name: 'Access code' })
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Behind a code')
  await dispatchFile(page, 'drop', await createPicture())
  await code.fill('wrong')
  await code.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('code is wrong')
  await code.fill('open sesame')
  await code.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByText('640 × 400')).toBeVisible()
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Answer' }).getByText('The answer is')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Behind a code' })).toBeVisible()
})

test('cancelled, the question stays where it is and says why it did not go', async ({ page, locked }) => {
  await page.goto(locked.url)
  const question = page.getByRole('textbox', { name: 'Question', exact: true })
  await question.fill('Without a code')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Access code' }).getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('alert')).toContainText('needs the access code')
  await expect(question).toHaveValue('Without a code')
})
