import { defineConfig } from 'playwright/test'

const executablePath = process.env['CHROMIUM_PATH'] || undefined

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/e2e',
  timeout: 40_000,
  expect: { timeout: 15_000 },
  // Most wait for time to pass: with three a machine of two cores is busy.
  workers: 3,
  fullyParallel: true,
  forbidOnly: true,
  reporter: [['line'], ['json']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    // Recording one costs a third of the time: `TRACE=1 npm test` to see what a failure did.
    trace: process.env['TRACE'] ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
