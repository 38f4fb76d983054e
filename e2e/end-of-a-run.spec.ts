import type { Page } from 'playwright/test'
import { en } from '../src/shared/messages/en.ts'
import { createPicture, dispatchFile } from './support/picture.ts'
import { expect, test } from './support/app.ts'

const question = (page: Page) => page.getByRole('textbox', { name: 'Question', exact: true })
const ask = (page: Page) => page.getByRole('button', { name: 'Ask', exact: true })
const answer = (page: Page) => page.getByRole('region', { name: 'Answer' })

test('what was asked leaves the composer empty, and what it cost stands under the answer', async ({ page, app }) => {
  await page.goto(app.url)
  await dispatchFile(page, 'drop', await createPicture(640, 400), 'asked.png')
  await expect(page.getByText('640 × 400')).toBeVisible()
  await question(page).fill('What does it cost?')
  await ask(page).click()
  await expect(answer(page).getByText(/^544 tokens in, \d+ out$/)).toBeVisible()
  await expect(answer(page).getByText(/^≈ CN¥0\.\d\d$/)).toBeVisible()
  await page.getByRole('button', { name: 'New question' }).click()
  await expect(question(page)).toHaveValue('')
  await expect(page.getByText('asked.png')).toHaveCount(0)
})

test('who asked for a notification gets one at the end, when looking elsewhere', async ({ page, app }) => {
  await page.addInitScript(() => {
    class FakeNotification {
      static permission = 'default'
      static shown: string[] = []
      static async requestPermission() {
        FakeNotification.permission = 'granted'
        return 'granted'
      }
      constructor(title: string) {
        FakeNotification.shown.push(title)
      }
    }
    Object.assign(window, { Notification: FakeNotification })
  })
  const shown = () => page.evaluate(() => (Notification as unknown as { shown: string[] }).shown)
  await page.goto(app.url)
  await page.getByRole('button', { name: 'History' }).click()
  await page.getByRole('checkbox', { name: en.notify }).check()
  await expect(page.getByRole('checkbox', { name: en.notify })).toBeChecked()
  await page.keyboard.press('Escape')
  await question(page).fill('Tell me when')
  await ask(page).click()
  await expect(answer(page).getByText('The answer is')).toBeVisible()
  await expect(page).toHaveTitle(en.titleDone('Tell me when'))
  expect(await shown()).toEqual([])
  await page.getByRole('button', { name: 'New question' }).click()
  await question(page).fill('Tell me when I am away')
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { get: () => true }))
  await ask(page).click()
  await expect(page).toHaveTitle(en.titleDone('Tell me when I am away'))
  await expect.poll(shown).toEqual([en.titleDone('Tell me when I am away')])
})

test('the tab tells a live run, its end and its failure by title and icon', async ({ page, app }) => {
  const icon = page.locator('link[rel=icon]')
  await page.goto(app.url)
  await expect(page).toHaveTitle(en.appName)
  await question(page).fill('Fail [[stall]]')
  await ask(page).click()
  await expect(page).toHaveTitle(en.titleLive('Fail [[stall]]'))
  await expect(icon).toHaveAttribute('href', '/favicon-live.svg')
  await expect(page).toHaveTitle(en.titleFailed('Fail [[stall]]'), { timeout: 20_000 })
  await expect(icon).toHaveAttribute('href', '/favicon.svg')
  await page.getByRole('button', { name: 'New question' }).click()
  await expect(page).toHaveTitle(en.appName)
})

test('a retired model is marked, may be picked, and its refusal is readable; another can be asked', async ({
  page,
  app,
}) => {
  await page.goto(app.url)
  const model = page.getByRole('combobox', { name: 'Model' })
  await model.selectOption({ label: 'Retired VL (retired)' })
  await question(page).fill('Are you still there?')
  await ask(page).click()
  await expect(page.getByRole('alert')).toContainText(en.runErrors['model-not-found'])
  await model.selectOption({ label: 'Fake VL' })
  await page.getByRole('button', { name: 'Ask again' }).click()
  await expect(answer(page).getByText('The answer is')).toBeVisible()
})
