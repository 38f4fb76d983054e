import { block, type DemoSample } from './sample.ts'

export const circleTangent: DemoSample = {
  id: 'circle-tangent',
  language: 'zh-CN',
  title: '切线与阴影面积',
  question: '请解这道题，写出完整过程。',
  image: '/samples/circle-tangent.png',
  alt: 'AB 是⊙O 的直径，CD 切⊙O 于点 C，交 AB 的延长线于点 D，∠D = 30°，AB = 12，由 CD、DB 和弧 BC 围成的部分涂有阴影。',
  sha256: '13a6487b2ceac8350aea724ab906f027dc455bc4016e42ec33a5ba752d264d72',
  width: 1000,
  height: 640,
  thinkingText: block(String.raw`
先把图看清楚。$AB$ 是 $\odot O$ 的直径，$CD$ 与圆相切，切点是 $C$，$D$ 在 $AB$ 的延长线上，也就是在 $B$ 的右边。已知 $\angle D = 30^\circ$，$AB = 12$，求阴影部分的面积。图里还画了一条虚线 $OC$，大概是提示要连半径。

阴影是哪一块？从图上看，是由线段 $CD$、线段 $DB$ 和弧 $BC$ 围成的部分，在圆的外面。也就是三角形 $OCD$ 去掉扇形 $OBC$ 剩下的那一块。

半径是多少？$AB = 12$ 是直径，所以半径 $OC = OB = 6$。这里要小心，不能把 $12$ 当成半径。

切线的性质：$OC \perp CD$，所以 $\angle OCD = 90^\circ$。在 $\text{Rt}\triangle OCD$ 中，$\angle D = 30^\circ$，那么 $\angle COD = 60^\circ$。

接下来求边。$30^\circ$ 角所对的直角边等于斜边的一半，$30^\circ$ 角对的是 $OC$，所以 $OD = 2 \cdot OC = 12$。于是

$$CD = \sqrt{OD^2 - OC^2} = \sqrt{144 - 36} = \sqrt{108} = 6\sqrt{3}.$$

先想一下能不能直接用 $\triangle BCD$ 去算：阴影等于 $\triangle BCD$ 减去弓形 $BC$。$\triangle OBC$ 里 $OB = OC$，夹角 $60^\circ$，是等边三角形，所以 $BC = 6$；而 $BD = OD - OB = 12 - 6 = 6$。这样也能做，但是要算弓形，步骤多一些。还是用三角形减扇形更直接。

三角形的面积：

$$S_{\triangle OCD} = \frac12 \cdot OC \cdot CD = \frac12 \cdot 6 \cdot 6\sqrt3 = 18\sqrt3.$$

扇形的面积：圆心角 $60^\circ$，半径 $6$，

$$S_{\text{扇形}} = \frac{60}{360}\pi \cdot 6^2 = 6\pi.$$

所以阴影的面积是 $18\sqrt3 - 6\pi$。

估算一下：$18 \times 1.732 \approx 31.18$，$6\pi \approx 18.85$，差约为 $12.33$。是正数，合理。

再用刚才另一种方法验算。$\triangle BCD$ 中，以 $BD = 6$ 为底，高是 $C$ 到 $AB$ 的距离，等于 $6\sin 60^\circ = 3\sqrt3$，面积为 $\frac12 \cdot 6 \cdot 3\sqrt3 = 9\sqrt3$。弓形的面积等于扇形减等边三角形：$6\pi - \frac{\sqrt3}{4}\cdot 36 = 6\pi - 9\sqrt3$。于是阴影 $= 9\sqrt3 - (6\pi - 9\sqrt3) = 18\sqrt3 - 6\pi$。两种方法结果一样。

等一下，弓形是在弦 $BC$ 的哪一侧？弧 $BC$ 在弦 $BC$ 的外侧，朝着 $D$ 的方向鼓出来，所以弓形确实在 $\triangle BCD$ 里面，应该减去，没有问题。还要确认弓形没有超出三角形：$CD$ 是切线，圆在切线的一侧，弧不会越过 $CD$；而 $BD$ 在直径的延长线上，弧也不会越过它。所以可以放心相减。

还可以和整个圆比一比大小：圆的面积是 $36\pi \approx 113.1$，阴影大约只有它的九分之一，从图上看也差不多是这个比例。另外阴影应当小于 $\triangle BCD$ 的面积 $9\sqrt3 \approx 15.59$，而 $12.33 < 15.59$，也符合。

题目没有要求取近似值，答案保留 $\pi$ 和根号，写成 $18\sqrt3 - 6\pi$。有些同学会把它化成 $6(3\sqrt3 - \pi)$，也对，不过展开的写法更常见。

写过程的时候要注意：先连接 $OC$，说明由切线得到垂直，再求角，再求边，最后两块面积相减。每一步的依据也要写上，比如“切线垂直于过切点的半径”“直角三角形中 $30^\circ$ 角所对的直角边等于斜边的一半”。最后再附上一个近似值，方便对照。
`),
  answerText: block(String.raw`
**解：** 连接 \(OC\)。

**1. 求角。** 因为 \(CD\) 切 \(\odot O\) 于点 \(C\)，所以 \(OC \perp CD\)，即 \(\angle OCD = 90^\circ\)。又 \(\angle D = 30^\circ\)，所以

\[
\angle COD = 90^\circ - 30^\circ = 60^\circ .
\]

**2. 求边。** 因为 $AB = 12$ 是直径，所以 $OC = 6$。在 $\text{Rt}\triangle OCD$ 中，$30^\circ$ 角所对的直角边等于斜边的一半，所以 $OD = 2\,OC = 12$，

\[
CD = \sqrt{OD^2 - OC^2} = \sqrt{12^2 - 6^2} = 6\sqrt{3}.
\]

**3. 求面积。** 阴影部分等于三角形 \(OCD\) 减去扇形 \(OBC\)：

\[
\begin{aligned}
S_{\triangle OCD} &= \frac12 \cdot OC \cdot CD = \frac12 \times 6 \times 6\sqrt3 = 18\sqrt3, \\
S_{\text{扇形}OBC} &= \frac{60}{360} \times \pi \times 6^2 = 6\pi .
\end{aligned}
\]

因此

$$S_{\text{阴影}} = 18\sqrt3 - 6\pi \approx 12.33 .$$

**验算：** 换一种分法，用 $\triangle BCD$ 减去弓形 $BC$，得 $9\sqrt3 - (6\pi - 9\sqrt3) = 18\sqrt3 - 6\pi$，结果一致。

$$\boxed{18\sqrt{3} - 6\pi}$$
`),
}
