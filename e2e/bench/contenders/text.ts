const english = (n: number) => `Step ${n}: we compare both sides and see that $a_{${n}} = ${n % 17}x + ${n % 13}$ holds.

$$
\\frac{${n}}{x_{${n}}} + \\sqrt{b^2 - 4ac} = \\sum_{k=1}^{${n % 90}} k^2
$$

Wait, **check that again**: the left side grows with $n$, so the bound needs \`n > ${n}\` and a little care.

- First case: $x > ${n}$, nothing changes.
- Second case: it costs \\$${n} more.
`
const chinese = (n: number) => `第${n}步：设$x_{${n}}$为未知数，则**等式两边**同时加上$${n}$，得到

$$
x_{${n}}^2 - ${n % 23}x_{${n}} + \\frac{${n % 7}}{2} = 0
$$

再检查一遍：因为$\\Delta = b^2 - 4ac \\ge 0$，所以方程有两个实数根，答案是合理的。
`

/** The same text of so many characters every time: English and Chinese, a formula every other line. */
export function createText(chars: number): string {
  let text = ''
  for (let n = 1; text.length < chars; n += 1) text += `${n % 2 === 0 ? chinese(n) : english(n)}\n`
  return text.slice(0, chars)
}
