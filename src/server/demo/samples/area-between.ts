import { block, type DemoSample } from './sample.ts'

export const areaBetween: DemoSample = {
  id: 'area-between',
  language: 'en',
  title: 'Area between two curves',
  question: 'What is the area of the shaded region?',
  image: '/samples/area-between.png',
  alt: 'The parabola y = 4x − x² and the line y = x on one pair of axes. They meet at O and at x = 3, and the region between them is shaded.',
  sha256: '63dc737895b0ea99da15cccdb8bf6637b94be7cdbdc105f75adbfb71072de450',
  width: 1000,
  height: 640,
  thinkingText: block(String.raw`
The picture shows two graphs: a red parabola labelled $y = 4x - x^2$ and a blue line labelled $y = x$. The shaded region lies under the parabola and above the line, between the origin and the point where they meet again. There is a dashed line from that point down to $x = 3$.

First, where do they meet? Set the two equal:

$$4x - x^2 = x \implies 3x - x^2 = 0 \implies x(3 - x) = 0.$$

So $x = 0$ or $x = 3$. At $x = 3$ the line gives $y = 3$ and the parabola gives $12 - 9 = 3$. That matches the marked point $(3, 3)$.

The parabola crosses the axis again at $x = 4$. Do I need that? Suppose I took the whole area under the parabola from 0 to 4 and then subtracted something. Under the parabola from 0 to 4 the area is $\left[2x^2 - \frac{x^3}{3}\right]_0^4 = 32 - \frac{64}{3} = \frac{32}{3}$. But the piece from 3 to 4 is under the parabola and not shaded, so I would have to remove that piece and also the triangle under the line. That can be done, but it is a detour. The shaded region ends at $x = 3$. Better to integrate the difference directly from 0 to 3.

Which one is on top? Test $x = 1$: parabola $4 - 1 = 3$, line $1$. So the parabola is on top on $(0, 3)$.

$$A = \int_0^3 \bigl[(4x - x^2) - x\bigr]\,dx = \int_0^3 (3x - x^2)\,dx.$$

An antiderivative is $\frac{3x^2}{2} - \frac{x^3}{3}$. At 3: $\frac{27}{2} - \frac{27}{3} = 13.5 - 9 = 4.5$. At 0 it is 0. So $A = \frac{9}{2}$.

Let me check it another way. The area under the parabola from 0 to 3 is $\left[2x^2 - \frac{x^3}{3}\right]_0^3 = 18 - 9 = 9$. The triangle under the line from 0 to 3 has area $\frac12 \cdot 3 \cdot 3 = \frac92$. The difference is $9 - \frac92 = \frac92$. Good.

And the detour should give the same: the piece from 3 to 4 is $\frac{32}{3} - 9 = \frac53$. Then $\frac{32}{3} - \frac53 - \frac92 = 9 - \frac92 = \frac92$. Consistent.

There's also the well-known shortcut: for a quadratic $-(x - a)(x - b)$ the area between its roots is $\frac{(b - a)^3}{6}$. Here the difference is $-x(x - 3)$ with $a = 0$, $b = 3$, so $\frac{27}{6} = \frac92$. Yes.

Does the size make sense on the grid? The region is about 3 wide, and the tallest vertical gap is at $x = 1.5$, where $3x - x^2 = 4.5 - 2.25 = 2.25$. For a parabolic segment the mean height is two thirds of the greatest, so $1.5$, and $3 \times 1.5 = 4.5$. Good, that fits as well.

The answer: $\frac92$ square units. I'll show the intersection points, say which curve is on top, give the integral and finish with the short check by the triangle.
`),
  answerText: block(String.raw`
**Where the graphs meet.**

\[
4x - x^2 = x \iff x(3 - x) = 0 \iff x = 0 \text{ or } x = 3,
\]

which matches the marked points \((0, 0)\) and \((3, 3)\).

**Which one is on top.** At $x = 1$ the parabola is at $3$ and the line at $1$, so the parabola is the upper graph on \(0 < x < 3\).

**The area.**

\[
\begin{aligned}
A &= \int_0^3 \bigl[(4x - x^2) - x\bigr]\,dx \\
  &= \int_0^3 (3x - x^2)\,dx \\
  &= \left[\frac{3x^2}{2} - \frac{x^3}{3}\right]_0^3 \\
  &= \frac{27}{2} - 9 = \frac{9}{2}.
\end{aligned}
\]

**Check.** The area under the parabola from \(0\) to \(3\) is $18 - 9 = 9$. The triangle under the line has area $\tfrac12 \cdot 3 \cdot 3 = \tfrac92$. Their difference is again $\tfrac92$.

$$\boxed{A = \frac{9}{2}}$$
`),
}
