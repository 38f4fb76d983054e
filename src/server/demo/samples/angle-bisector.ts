import { block, type DemoSample } from './sample.ts'

export const angleBisector: DemoSample = {
  id: 'angle-bisector',
  language: 'en',
  title: 'An angle bisector',
  question: 'Find the length of AD in the figure. Show each step.',
  image: '/samples/angle-bisector.png',
  alt: 'Right triangle ABC with the right angle at C, AC = 6 and AB = 10. The segment AD bisects angle A and meets BC at D.',
  sha256: '2476f468d17fe36f1be0c1074bbeae6ce673297b78fcde1150cb8d459b98554b',
  width: 1000,
  height: 640,
  thinkingText: block(String.raw`
Let me read the figure first. There is a triangle $ABC$. The small square is at $C$, so the right angle is at $C$. The left side $AC$ is labelled 6, and the long side $AB$ is labelled 10. A blue segment goes from $A$ down to a point $D$ on $BC$, and the two equal arcs at $A$ say that $AD$ bisects angle $A$. The text says the same thing.

So $AB$ is the hypotenuse. Then

$$BC = \sqrt{10^2 - 6^2} = \sqrt{100 - 36} = \sqrt{64} = 8.$$

A 6-8-10 triangle. Good.

Now where is $D$? A first thought would be that $D$ is the midpoint of $BC$, so $CD = 4$. But that is a median, not a bisector. The two only agree when $AB = AC$, and here $10 \neq 6$. In the picture $D$ also looks closer to $C$ than to $B$, so $CD < 4$. I should use the angle bisector theorem:

$$\frac{BD}{DC} = \frac{AB}{AC} = \frac{10}{6} = \frac{5}{3}.$$

Careful with the order: $BD$ goes with $AB$, the side that touches $B$, and $DC$ goes with $AC$. So $BD : DC = 5 : 3$ and $BD + DC = 8$. Eight equal parts, each of length 1, so $BD = 5$ and $DC = 3$.

Then $AD$ is the hypotenuse of right triangle $ACD$, which still has its right angle at $C$:

$$AD^2 = AC^2 + CD^2 = 36 + 9 = 45,$$

so $AD = \sqrt{45} = 3\sqrt{5} \approx 6.71$.

Let me check this without using the same theorem. There is a formula for the length of a bisector: $AD^2 = AB \cdot AC - BD \cdot DC$. That gives $10 \cdot 6 - 5 \cdot 3 = 60 - 15 = 45$. The same.

One more check, with the angle itself. $\cos A = \frac{AC}{AB} = \frac{6}{10} = 0.6$. The half-angle formula gives

$$\cos\frac{A}{2} = \sqrt{\frac{1 + 0.6}{2}} = \sqrt{0.8} = \frac{2}{\sqrt 5}.$$

In triangle $ACD$, $\cos\frac{A}{2} = \frac{AC}{AD}$, so $AD = \frac{6}{2/\sqrt5} = 3\sqrt5$. Good, all three agree.

Is there anything in the drawing that contradicts this? $AD$ should be a bit longer than $AC = 6$ and shorter than $AB = 10$. It is $6.71$, and the drawing looks right for that: $CD$ is half of $AC$.

There is also a neat way to see $CD = 3$ by areas: drop a perpendicular from $D$ to $AB$. Since $D$ lies on the bisector, its distance to $AB$ equals $CD$; call it $x$. The area of $ABC$ is $\frac12 \cdot 6 \cdot 8 = 24$, and it splits into $\frac12 \cdot 6 \cdot x + \frac12 \cdot 10 \cdot x = 8x$. So $8x = 24$ and $x = 3$. That is a full justification without quoting a theorem, but the theorem is shorter. I can write the answer with the theorem and mention the check.

I will present it in three steps: find $BC$, find $CD$, find $AD$. The exact value is $3\sqrt5$; I'll give the decimal too.
`),
  answerText: block(String.raw`
**Step 1. Find $BC$.** The right angle is at \(C\), so \(AB = 10\) is the hypotenuse:

\[
BC = \sqrt{AB^2 - AC^2} = \sqrt{10^2 - 6^2} = 8.
\]

**Step 2. Find $CD$.** By the angle bisector theorem,

\[
\frac{BD}{DC} = \frac{AB}{AC} = \frac{10}{6} = \frac{5}{3}.
\]

Since \(BD + DC = 8\), this gives \(BD = 5\) and \(DC = 3\).

**Step 3. Find $AD$.** Triangle \(ACD\) has its right angle at \(C\):

\[
AD = \sqrt{AC^2 + CD^2} = \sqrt{36 + 9} = \sqrt{45} = 3\sqrt{5} \approx 6.71.
\]

**Check.** The bisector's length also satisfies $AD^2 = AB \cdot AC - BD \cdot DC = 60 - 15 = 45$, which agrees.

$$\boxed{AD = 3\sqrt{5}}$$
`),
}
