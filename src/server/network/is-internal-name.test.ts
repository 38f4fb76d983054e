import { expect, test } from 'vitest'
import { isInternalName } from './is-internal-name.ts'

test.each(['example.com', 'a.example.', 'local.example', 'internal.example', 'xn--fiqs8s.example', '::1', '10.0.0.1'])(
  '%s may be on the web',
  (name) => expect(isInternalName(name)).toBe(false),
)
