import { expect, test } from 'vitest'
import { createCode } from './access-token.ts'

const code = createCode('access', 'open sesame', 60)

test('only the code itself is right', () => {
  expect(code.matches('open sesame')).toBe(true)
  expect(['', 'open', 'open sesame ', 'OPEN SESAME'].some(code.matches)).toBe(false)
})

test('a pass holds for its visitor and its time, and ends with the code', () => {
  const pass = code.issueToken('visitor', 1_000_000)
  expect(code.verifyToken(pass, 'visitor', 1_059_000)).toBe(true)
  expect(code.verifyToken(pass, 'visitor', 1_061_000)).toBe(false)
  expect(code.verifyToken(pass, 'somebody else', 1_000_000)).toBe(false)
  expect(createCode('access', 'another', 60).verifyToken(pass, 'visitor', 1_000_000)).toBe(false)
  expect(createCode('admin', 'open sesame', 60).verifyToken(pass, 'visitor', 1_000_000)).toBe(false)
  expect(createCode('access', 'open sesame', 60).verifyToken(pass, 'visitor', 1_000_000)).toBe(true)
})

test('a pass whose time is over still says whom it was for, and is none of another code', () => {
  const pass = code.issueToken('visitor', 1_000_000)
  expect(code.wasPass(pass, 'visitor')).toBe(true)
  expect(code.wasPass(pass, 'somebody else')).toBe(false)
  expect(createCode('access', 'another', 60).wasPass(pass, 'visitor')).toBe(false)
})

test('a code is hard to guess when it is long and mixed', () => {
  const isHard = (text: string) => createCode('access', text, 60).isHardToGuess
  expect(['open, for the siege', 'Zm9yIHRoZSBkb2NzIGFuZCB5', 'abcdefgh12345678'].every(isHard)).toBe(true)
  expect(['open sesame', '1'.repeat(40), '1234'.repeat(5), ''].some(isHard)).toBe(false)
})

test.each([undefined, '', '.', 'zzzzzzz', 'zzzzzzz.', 'zzzzzzz.AAAA', 'NaN.x', '-1.x', 'é.é'])(
  '%j is no pass',
  (pass) =>
    expect([code.verifyToken(pass, 'visitor', 1_000_000), code.wasPass(pass, 'visitor')]).toEqual([false, false]),
)
