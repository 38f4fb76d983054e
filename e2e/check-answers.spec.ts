import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from './support/app.ts'

const command = ['src/tools/check-answers.mjs']

test('answers are checked from the command line, a line each, whatever stands in them', () => {
  const lines = [
    { id: 1, question: 'Solve $x^2 = 4$', answer: '$$\\boxed{x = \\pm 2}$$' },
    { id: 2, question: 'Solve $x^2 = 4$', answer: '$$\\boxed{x = 2}$$' },
    { id: 3, answer: 'So $3 \\times 4 = 13$.' },
    { id: 4, a: '50\\%', b: '\\frac12' },
    { id: 5, answer: `$${'('.repeat(50_000)}$` },
    { id: 6, question: 'Compute $9^{9^{9^9}}$', answer: `\\boxed{${'9'.repeat(100_000)}}` },
  ]
  const input = `${lines.map((line) => JSON.stringify(line)).join('\n')}\nno JSON\n`
  const { stdout, status } = spawnSync(process.execPath, command, { input, encoding: 'utf8' })
  const results = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(status).toBe(0)
  expect(results).toMatchObject([
    { id: 1, final: 'verified', steps: [] },
    { id: 2, final: 'refuted', steps: [] },
    { id: 3, final: 'unknown', steps: [{ holds: false, text: '3 \\times 4 = 13', left: '12', right: '13' }] },
    { id: 4, same: 'yes' },
    { id: 5, final: 'unknown' },
    { id: 6, final: 'unknown' },
    { line: 7, error: expect.any(String) },
  ])
})

test('it says how it is used, and ends when nobody reads its results any more', async () => {
  expect(spawnSync(process.execPath, [...command, '--help'], { encoding: 'utf8' }).stdout).toContain(
    'npm run --silent check-answers',
  )
  const child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.on('error', () => {})
  const line = `${JSON.stringify({ id: 1, a: '1', b: '1' })}\n`
  const fill = () => {
    while (child.stdin.writable && child.stdin.write(line.repeat(100)));
  }
  child.stdin.on('drain', fill)
  fill()
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
})
