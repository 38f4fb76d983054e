import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { archiveHeader, toArchiveLine } from '../../src/shared/archive.ts'
import { startApp } from '../support/start-app.ts'

const formulas = [
  'x^2',
  '\\frac{a+b}{2}',
  '\\sqrt[3]{x}',
  '\\int_0^1 x\\,dx',
  '\\sum_{k=1}^n k',
  '\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}',
  '\\text{面积}=\\pi r^2',
  '|x-3|',
]

/** Has LibreOffice open an exported Word file; returns how many equations it found. Throws where one is missing. */
export async function checkWord(binary: string, dir: string): Promise<number> {
  const app = await startApp(join(dir, 'data'), {})
  const text = formulas.map((formula, index) => `${index}. So $${formula}$ it is.`).join('\n')
  const size = text.length.toString(36)
  const body = [
    archiveHeader,
    {
      type: 'run' as const,
      id: 'r',
      question: 'Which equations?',
      media: [],
      model: 'm',
      thinking: { enabled: false },
      createdAt: 0,
      thinkingText: '',
      answerText: text,
      timeline: `a1.${size}`,
    },
  ]
    .map(toArchiveLine)
    .join('')
  const imported = await fetch(`${app.url}/api/runs/import`, { method: 'POST', body })
  const cookie = imported.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { last } = (await imported.json()) as { last: string }
  const exported = await fetch(`${app.url}/api/runs/${last}/export?format=docx`, { headers: { cookie } })
  writeFileSync(join(dir, 'answer.docx'), Buffer.from(await exported.arrayBuffer()))
  await app.end('SIGTERM')

  const profile = `-env:UserInstallation=file://${join(dir, 'profile')}`
  const args = [profile, '--headless', '--convert-to', 'fodt', '--outdir', dir, join(dir, 'answer.docx')]
  const { status, stderr } = spawnSync(binary, args, { encoding: 'utf8', timeout: 120_000 })
  if (status !== 0) throw new Error(`LibreOffice ended with ${status}: ${stderr}`)
  const found = readFileSync(join(dir, 'answer.fodt'), 'utf8').match(/<math[ >]/g)?.length ?? 0
  if (found !== formulas.length) throw new Error(`LibreOffice found ${found} equations of ${formulas.length}`)
  return found
}
