import { block, type DemoSample } from './sample.ts'

export const quadraticCheck: DemoSample = {
  id: 'quadratic-check',
  language: 'en',
  title: 'Find the mistake',
  question: 'Is this solution right? If not, say which line goes wrong and finish it correctly.',
  image: '/samples/quadratic-check.png',
  alt: 'A ruled sheet solving x² − 6x + 4 = 0 by completing the square in six numbered lines, ending with x = 8 or x = −2.',
  sha256: 'ea3c5ccccb0cfdac2f010179528543d35483339b4d7d030cf8db76b4a4a6bedc',
  width: 1000,
  height: 640,
  thinkingText: block(String.raw`
I'll copy the sheet first, line by line, so that nothing is misread.

- (1) $x^2 - 6x + 4 = 0$
- (2) $x^2 - 6x = -4$
- (3) $x^2 - 6x + 9 = -4 + 9$
- (4) $(x - 3)^2 = 5$
- (5) $x - 3 = 5$ or $x - 3 = -5$
- (6) $x = 8$ or $x = -2$

The heading says "Solve by completing the square."

The quickest test is to put the final values back into the equation. For $x = 8$: $64 - 48 + 4 = 20$. That is not zero. For $x = -2$: $4 + 12 + 4 = 20$. Not zero either. So the answer is wrong, and there is a mistake somewhere. It is interesting that both give 20; I'll come back to that.

Now line by line.

(1) to (2): subtract 4 on both sides. Fine.

(2) to (3): half of $-6$ is $-3$, its square is 9, and 9 is added to both sides. Fine.

(3) to (4): the left side is $(x - 3)^2$, because $(x-3)^2 = x^2 - 6x + 9$. The right side is $-4 + 9 = 5$. Fine. Hmm, let me be careful: is it possible that the sheet says $(x-3)^2 = 25$ and I misread it? No, it clearly has a 5, and $-4 + 9 = 5$ is right.

(4) to (5): from $(x-3)^2 = 5$ the student writes $x - 3 = 5$ or $x - 3 = -5$. Here is the mistake. The square root of the right side was not taken. It should be $x - 3 = \pm\sqrt{5}$. The student did remember that there are two signs, which is the part people often forget, but used 5 in place of $\sqrt 5$.

(5) to (6): adding 3: $5 + 3 = 8$ and $-5 + 3 = -2$. The arithmetic is right for what line (5) says, so line (6) is only wrong because it carries on from line (5).

So the first wrong line is line (5), and there is just one real mistake.

The right ending: $x - 3 = \pm\sqrt5$, so $x = 3 \pm \sqrt5$, about $5.236$ and $0.764$.

Let me verify. $x = 3 + \sqrt5$: $x^2 = 9 + 6\sqrt5 + 5 = 14 + 6\sqrt5$, and $-6x = -18 - 6\sqrt5$. The sum is $14 - 18 + 4 = 0$. Good. The other root follows in the same way with the sign of $\sqrt5$ turned.

Check by Vieta: the sum of the roots should be 6 and their product should be 4. $(3 + \sqrt5) + (3 - \sqrt5) = 6$. $(3 + \sqrt5)(3 - \sqrt5) = 9 - 5 = 4$. Both right.

And by the quadratic formula: $x = \frac{6 \pm \sqrt{36 - 16}}{2} = \frac{6 \pm \sqrt{20}}{2} = \frac{6 \pm 2\sqrt5}{2} = 3 \pm \sqrt5$. Same.

Back to the 20: for the student's values $(x - 3)^2 = 25$, while it should be 5, and $x^2 - 6x + 4 = (x-3)^2 - 5 = 25 - 5 = 20$. So that explains why both values miss zero by the same amount. It is a nice confirmation that the slip is exactly $5$ against $\sqrt5$, and nothing else.

How to present it: say no, show the substitution test, go through the lines in a short table, then the corrected ending and a check. A table should help, since the lines are numbered on the sheet. I should also be kind about what is right: lines (1) to (4) are all correct.
`),
  answerText: block(String.raw`
**No.** Lines (1) to (4) are right; **line (5) is the first wrong one.**

A quick test shows that something is off: with \(x = 8\), the left side of the equation is \(64 - 48 + 4 = 20\), not \(0\).

| Line | Step | Right? |
| :--: | :--- | :--: |
| (2) | subtract $4$ from both sides | yes |
| (3) | add $\left(\frac{-6}{2}\right)^2 = 9$ to both sides | yes |
| (4) | $x^2 - 6x + 9 = (x-3)^2$ and $-4 + 9 = 5$ | yes |
| (5) | from $(x-3)^2 = 5$ to $x - 3 = \pm 5$ | **no** |
| (6) | add $3$ | follows from (5) |

**The mistake.** The square was undone on the left side only. From \((x-3)^2 = 5\) it follows that \(x - 3\) is a square root of \(5\), so the right side must be \(\pm\sqrt{5}\), not \(\pm 5\).

**The corrected ending:**

\[
\begin{aligned}
(x - 3)^2 &= 5 \\
x - 3 &= \pm\sqrt{5} \\
x &= 3 \pm \sqrt{5}
\end{aligned}
\]

**Check.** The roots of \(x^2 - 6x + 4 = 0\) must add up to \(6\) and multiply to \(4\):

$$(3+\sqrt5) + (3-\sqrt5) = 6, \qquad (3+\sqrt5)(3-\sqrt5) = 9 - 5 = 4.$$

$$\boxed{x = 3 \pm \sqrt{5}}$$

As decimals, $x \approx 5.24$ or $x \approx 0.76$.
`),
}
