import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'playwright/test'

// Who runs the tests may be allowed everything, so that the server starts as somebody who is not.
const nobody = 65_534
const isRoot = process.getuid?.() === 0
const who = isRoot ? { uid: nobody, gid: nobody } : {}

function start(dataDir: string) {
  const env = { PATH: process.env['PATH'] ?? '', PORT: '0', DATA_DIR: dataDir, MODEL_BASE_URL: 'http://127.0.0.1:9/v1' }
  const { status, stderr } = spawnSync(process.execPath, ['dist/server/main.js'], { ...who, env, encoding: 'utf8' })
  return { status, said: stderr.trim() }
}

test('a data folder that cannot be written is named with its setting and the next step', () => {
  test.skip(process.platform === 'win32')
  const canRead = spawnSync(process.execPath, ['-e', 'require("fs").readFileSync("dist/server/main.js")'], who).status
  test.skip(canRead !== 0, 'This folder is closed to others.')
  const dir = mkdtempSync(join(tmpdir(), 'showwork-folder-'))
  try {
    const locked = join(dir, 'locked')
    mkdirSync(locked, { mode: 0o555 })
    chmodSync(dir, 0o755)
    for (const path of [locked, join(locked, 'below')]) {
      const { status, said } = start(path)
      expect(status).toBe(1)
      expect(said).toContain(`The folder ${path} of the setting DATA_DIR cannot be used (EACCES).`)
      expect(said).toContain('set DATA_DIR to another folder')
    }
    const open = join(dir, 'open')
    mkdirSync(open)
    chmodSync(open, 0o777)
    writeFileSync(join(open, 'showwork.db'), '', { mode: 0o400 })
    const { status, said } = start(open)
    expect(status).toBe(1)
    expect(said).toContain(join(open, 'showwork.db'))
    expect(said).toContain('DATA_DIR')
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
