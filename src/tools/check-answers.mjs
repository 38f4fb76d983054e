// `npm run --silent check-answers`: checks answers, a JSON line each. Only results go to the output.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build, checkNode, install, root } from './start.mjs'

checkNode()
install()
build()
const file = join(root, 'dist/server/check-answers.js')
const child = spawn(process.execPath, [file, ...process.argv.slice(2)], { stdio: 'inherit' })
child.on('exit', (code) => process.exit(code ?? 1))
