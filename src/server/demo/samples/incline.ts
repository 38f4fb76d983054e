import { block, type DemoSample } from './sample.ts'

export const incline: DemoSample = {
  id: 'incline',
  language: 'en',
  title: 'A block on an incline',
  question: 'The block slides down the incline from rest. How fast is it moving when it reaches the bottom?',
  image: '/samples/incline.png',
  alt: 'A block of mass m = 4.0 kg on an incline of 30°, 5.0 m from the bottom, with kinetic friction coefficient 0.20 and g = 9.8 m/s², released from rest.',
  sha256: 'cb3785aa84287bceccf868c4b4b3f695d4787c78f7e8df4b8e08eefa439ef863',
  width: 1000,
  height: 640,
  thinkingText: block(String.raw`
The data in the picture: $m = 4.0\ \text{kg}$, $\mu_k = 0.20$, $g = 9.8\ \text{m/s}^2$, released from rest. The incline makes $30^\circ$ with the ground, and the distance marked along the slope from the front of the block to the bottom is $5.0\ \text{m}$. So the block travels $d = 5.0\ \text{m}$ along the incline, not 5.0 m of height.

First idea: energy conservation, $mgh = \frac12 mv^2$ with $h = 5.0 \sin 30^\circ = 2.5\ \text{m}$. That would give $v = \sqrt{2 \cdot 9.8 \cdot 2.5} = \sqrt{49} = 7.0\ \text{m/s}$. A very clean number, but wait: there is friction, so that is only an upper bound. The real answer must be below 7.0.

With friction. Forces on the block: gravity $mg$ down, the normal force $N$ perpendicular to the slope, and kinetic friction $f = \mu_k N$ up the slope, because the block moves down.

Perpendicular to the slope: $N = mg\cos\theta$. Numerically $4.0 \cdot 9.8 \cdot \cos 30^\circ = 39.2 \cdot 0.8660 = 33.95\ \text{N}$.

Friction: $f = 0.20 \cdot 33.95 = 6.79\ \text{N}$.

Along the slope: $mg\sin\theta - f = ma$. The first term is $39.2 \cdot 0.5 = 19.6\ \text{N}$, so the net force is $19.6 - 6.79 = 12.81\ \text{N}$, and $a = 12.81 / 4.0 = 3.20\ \text{m/s}^2$.

In symbols: $a = g(\sin\theta - \mu_k\cos\theta) = 9.8\,(0.5 - 0.20 \cdot 0.8660) = 9.8 \cdot 0.3268 = 3.203\ \text{m/s}^2$. The mass cancels, so the $4.0\ \text{kg}$ is not needed for the speed.

Does it slide at all? It needs $\tan\theta > \mu$. $\tan 30^\circ = 0.577$, which is well above $0.20$. The static coefficient is not given, but the problem says that the block slides, so that is settled.

Then from rest over $d = 5.0\ \text{m}$:

$$v^2 = 2ad = 2 \cdot 3.203 \cdot 5.0 = 32.03, \qquad v = 5.66\ \text{m/s}.$$

Check by energy: the potential energy lost is $mgh = 39.2 \cdot 2.5 = 98.0\ \text{J}$. The work taken by friction is $f d = 6.79 \cdot 5.0 = 33.9\ \text{J}$. What is left is $64.1\ \text{J}$. Then $\frac12 \cdot 4.0 \cdot v^2 = 64.1$ gives $v^2 = 32.0$, $v = 5.66\ \text{m/s}$. Agreed.

It is below the frictionless $7.0\ \text{m/s}$, as it should be. The time would be $t = v/a = 5.66/3.20 \approx 1.77\ \text{s}$, and $\frac12 a t^2 = 0.5 \cdot 3.203 \cdot 3.12 \approx 5.0\ \text{m}$. Fine.

Significant figures: the data have two, so $v \approx 5.7\ \text{m/s}$.

I'll write it with Newton's second law and add the energy check. The steps: normal force, friction, acceleration, speed. I should say that the mass cancels, since a reader may wonder where it went.
`),
  answerText: block(String.raw`
Take \(\theta = 30^\circ\) and \(d = 5.0\ \text{m}\), measured along the slope.

**1. Normal force and friction.** There is no acceleration perpendicular to the slope, so

\[
N = mg\cos\theta, \qquad f = \mu_k N = \mu_k\, mg\cos\theta .
\]

**2. Acceleration.** Along the slope, friction points uphill:

\[
mg\sin\theta - \mu_k\, mg\cos\theta = ma .
\]

The mass cancels:

$$a = g(\sin\theta - \mu_k\cos\theta) = 9.8\,(0.500 - 0.20 \times 0.866) \approx 3.20\ \text{m/s}^2 .$$

**3. Speed at the bottom.** From rest,

\[
v = \sqrt{2ad} = \sqrt{2 \times 3.20 \times 5.0} \approx 5.66\ \text{m/s}.
\]

**Check by energy.**

- Potential energy lost: $mgd\sin\theta = 4.0 \times 9.8 \times 2.5 = 98.0\ \text{J}$
- Work against friction: $f d = 6.79 \times 5.0 \approx 33.9\ \text{J}$
- Left as kinetic energy: $64.1\ \text{J} = \tfrac12 m v^2$, so $v \approx 5.66\ \text{m/s}$ again

Without friction it would be $7.0\ \text{m/s}$, so a smaller value is what one expects.

$$\boxed{v \approx 5.7\ \text{m/s}}$$
`),
}
