/** Words that say of what stands beside them that it does not hold, or that it is no plain equation. */
const after =
  /contradict|extraneous|impossible|absurd|reject|discard|\bmod\b|modulo|remainder|with \d+ (?:remaining|left)|not (?:equal|true|hold|valid|work|satisf|possible|a solution|correct|an integer|the same)|≠|^[\s$).,]*(?:which |this |that |it )?(?:is|are|does)(?:n['’]t| not)|\bfalse\b|incorrect|mistake|\bwrong\b|no (?:real )?solution|invalid|instead|typo|misprint|矛盾|舍去|增根|不成立|不符|不合|错误|无解|余数|余 ?\d|不等|不满足|不可能|不是|进制|应为|应该是|不对|假命题/i
const before =
  /wrongly|false|mistake|incorrect|\btry|\bbase\b|remainder|错误|误|(?:suppose|assum\w*|\bif|pretend|假设|若|如果|假如)[^,，。.]{0,12}$/i

const reach = { before: 40, after: 130 }

/** Whether the answer itself says near a step that it does not hold, or only supposes it. */
export function isDoubted(answer: string, start: number, end: number): boolean {
  const from = Math.max(0, start - reach.before)
  const lead = answer.slice(from, start)
  const sentence = lead.slice(Math.max(lead.lastIndexOf('\n\n'), lead.search(/[.。;；](?=[^.。;；]*$)/)) + 1)
  const rest = answer.slice(end, end + reach.after).split(/\n\s*\n\s*\n/)[0] ?? ''
  return before.test(sentence) || after.test(answer.slice(start, end)) || after.test(rest)
}
