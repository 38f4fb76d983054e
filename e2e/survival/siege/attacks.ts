import type { Attack } from './attack.ts'
import { accessAttacks } from './attacks/access.ts'
import { clockAttacks } from './attacks/clock.ts'
import { diskAttacks } from './attacks/disk.ts'
import { fileAttacks } from './attacks/files.ts'
import { importAttacks } from './attacks/imports.ts'
import { linkAttacks } from './attacks/links.ts'
import { memoryAttacks } from './attacks/memory.ts'
import { moneyAttacks } from './attacks/money.ts'
import { socketAttacks } from './attacks/sockets.ts'
import { textAttacks } from './attacks/texts.ts'
import { upstreamAttacks } from './attacks/upstreams.ts'

/** Nothing is done: what the machine itself adds to the figures. */
const rest: Attack = {
  name: 'rest',
  what: 'nobody attacks',
  async run({ signal }) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return { done: 'nothing' }
  },
}

export const attacks: Attack[] = [
  rest,
  ...upstreamAttacks,
  ...textAttacks,
  ...importAttacks,
  ...memoryAttacks,
  ...moneyAttacks,
  ...linkAttacks,
  ...diskAttacks,
  ...fileAttacks,
  ...accessAttacks,
  ...socketAttacks,
  ...clockAttacks,
]
