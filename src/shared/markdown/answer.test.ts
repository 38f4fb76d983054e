import { expect, test } from 'vitest'
import { toHtml } from './to-html.ts'

/** What a text is shown as: its HTML without the frames around blocks, formulas as ⟦what they read⟧, those refused as ⟦!source⟧. */
const show = (text: string) =>
  toHtml(text)
    .replace(/<math[^]*?<\/math>/g, (math) => `⟦${math.replace(/<[^>]*>/g, '').replaceAll('&gt;', '>')}⟧`)
    .replace(/<span class="md-scroller md-mathml" tabindex="0">(⟦[^⟧]*⟧)<\/span>/g, '$1')
    .replace(/<span class="md-tied">(⟦[^⟧]*⟧[^<]*)<\/span>/g, '$1')
    .replace(/<\/?div[^>]*>|<p>|<\/p>| (?:tabindex|title|target|rel)="[^"]*"/g, '')
    .replace(/\s+/g, ' ')

const cases: Record<string, [text: string, shown: string][]> = {
  'a list keeps the numbers that were written': [
    ['1. A\n3. C\n7. D', '<ol><li>A</li><li value="3">C</li><li value="7">D</li></ol>'],
    [
      '11) a\n13) b\n15) c',
      '<ol class="md-parentheses" start="11"><li>a</li><li value="13">b</li><li value="15">c</li></ol>',
    ],
    ['3. C\n\n5. A\n\n8. D', '<ol start="3"><li>C</li><li value="5">A</li><li value="8">D</li></ol>'],
    [
      '1. 甲\n   1. 子甲\n   3. 子丙\n5. 戊\n6. 己',
      '<ol><li>甲<ol><li>子甲</li><li value="3">子丙</li></ol></li><li value="5">戊</li><li>己</li></ol>',
    ],
    ['1. a\n2. b\n1. c\n2. d', '<ol><li>a</li><li>b</li><li value="1">c</li><li>d</li></ol>'],
    ['3. a\n2. b\n1. c', '<ol start="3"><li>a</li><li value="2">b</li><li value="1">c</li></ol>'],
    ['1. 甲\n1. 乙\n1. 丙', '<ol><li>甲</li><li>乙</li><li>丙</li></ol>'],
    [
      '1. 求导\n2. 令导数为零\n\n下面求最值。\n\n3. 代入\n4. 比较',
      '<ol><li>求导</li><li>令导数为零</li></ol>下面求最值。<ol start="3"><li>代入</li><li>比较</li></ol>',
    ],
  ],
  'dollars with spaces inside them hold a formula where it is one beyond doubt': [
    ['由 $ x = 1 $ 得', '由 ⟦x=1⟧ 得'],
    ['so $ \\frac{1}{2} $ and $ n $ hold', 'so ⟦12⟧ and ⟦n⟧ hold'],
    ['得 $x^2 $ 与 $ y_1$', '得 ⟦x2⟧ 与 ⟦y1⟧'],
    ['It costs $ 5 and $ 10 in all', 'It costs $ 5 and $ 10 in all'],
    ['花费 $ 5 和 $ 10', '花费 $ 5 和 $ 10'],
    ['pay $ and then $ more', 'pay $ and then $ more'],
    ['$0$ points to X, $1$ to Y, up to $m-1$', '⟦0⟧ points to X, ⟦1⟧ to Y, up to ⟦m−1⟧'],
    ['**$750 一台** 与 **$80**', '<strong>$750 一台</strong> 与 <strong>$80</strong>'],
  ],
  'braces hold what belongs together': [
    ['$\\text{if $x>0$}$ ok', '⟦if x>0⟧ ok'],
    ['\\(\\text{if \\(x>0\\)}\\) ok', '⟦if x>0⟧ ok'],
    ['$\\{x \\mid x>0\\}$', '⟦{x∣x>0}⟧'],
    ['$a{$ and $b$', '$a{$ and ⟦b⟧'],
  ],
  'delimiters within delimiters are one formula': [
    ['$\\(x=1\\)$', '⟦x=1⟧'],
    ['$$\\(x=1\\)$$', '⟦x=1⟧'],
    ['\\( $x$ \\)', '⟦x⟧'],
    ['\\[ $$x$$ \\]', '⟦x⟧'],
    ['$$\n\\[\nx\n\\]\n$$', '⟦x⟧'],
    ['$$\\(a\\) + \\(b\\)$$', '⟦a+b⟧'],
  ],
  'a box and a fence of mathematics are formulas': [
    ['答案：\\boxed{C}', '答案：⟦C⟧'],
    ['**\\boxed{\\frac{1}{2}}**。', '<strong>⟦12⟧</strong>。'],
    ['\\boxed{x = 5', '<span class="md-tied"><code>\\boxed{x = 5</code></span>'],
    ['```math\nx^2\n```', '⟦x2⟧'],
    ['- a\n\n  ```math\n  $$ y $$\n  ```', '<ul><li>a⟦y⟧</li></ul>'],
    ['`\\boxed{C}` and \\\\boxed', '<code>\\boxed{C}</code> and \\boxed'],
    ['面积是 <|begin_of_box|>6<|end_of_box|>。', '面积是 ⟦6⟧。'],
    ['<|begin_of_box|>面积 $x=6$<|end_of_box|>', '⟦面积 x=6⟧'],
    ['<|begin_of_box|>6', '6'],
  ],
  'what an opening without an end does not swallow': [
    ['\\(x = 5 是答案。后面还有话', '(x = 5 是答案。后面还有话'],
    ['所以\n\n\\[ x = 5\n\n因此答案是 5。', '所以⟦x=5⟧因此答案是 5。'],
    ['$$\nx = 5\n\nSo the answer is **five**.', '⟦x=5⟧So the answer is <strong>five</strong>.'],
    ['$$ x = 1\n\n- a\n- b', '⟦x=1⟧<ul><li>a</li><li>b</li></ul>'],
    ['So \\(x = 5', 'So ⟦x=5⟧'],
  ],
  'right behind a closing fence text goes on': [
    ['```py\nx\n```后面的字', '<span>py</span><pre><code>x</code></pre>后面的字'],
    ['```\nx\n``` So **it** is.', '<span></span><pre><code>x</code></pre>So <strong>it</strong> is.'],
    ['```\nx\n```\nSo it is.', '<span></span><pre><code>x</code></pre>So it is.'],
    ['- a\n  ```\n  x\n  ```后面\n- b', '<ul><li>a<span></span><pre><code>x</code></pre>后面</li><li>b</li></ul>'],
    ['````md\n```py\n```\n````', '<span>md</span><pre><code>```py ```</code></pre>'],
    ['```md\n```py\n```', '<span>md</span><pre><code>```py</code></pre>'],
  ],
  'tags mean what they mean, and no other is one': [
    ['H<sub>2</sub>O，10<sup>3</sup>', 'H<sub>2</sub>O，10<sup>3</sup>'],
    [
      '| 水 | H<sub>2</sub>O |\n|--|--|\n| a<br>b | c |',
      '<table><thead><tr><th>水</th><th>H<sub>2</sub>O</th></tr></thead><tbody><tr><td>a<br>b</td><td>c</td></tr></tbody></table>',
    ],
    ['<u>下划线</u> 与 <b>粗体</b> 和 <font color="red">红字</font>', '<u>下划线</u> 与 <strong>粗体</strong> 和 红字'],
    ['<center>图 1</center>', '图 1'],
    ['<div align="center">\n\n**答案：$x=2$**\n\n</div>', '<strong>答案：⟦x=2⟧</strong>'],
    ['<details><summary>过程</summary>\n\n$2x=4$\n\n</details>', '过程⟦2x=4⟧'],
    ['<answer>面积是 $6$。</answer>', '面积是 ⟦6⟧。'],
    ['完。<|im_end|>', '完。'],
    ['x<sub>$n$</sub> and <i>a **b** c</i>', 'x<sub>⟦n⟧</sub> and <em>a <strong>b</strong> c</em>'],
    [
      'a<b and c>d, `<sub>2</sub>`, &lt;sub&gt;2&lt;/sub&gt;, a <b> tag',
      'a&lt;b and c&gt;d, <code>&lt;sub&gt;2&lt;/sub&gt;</code>, &lt;sub&gt;2&lt;/sub&gt;, a &lt;b&gt; tag',
    ],
    ['<script>x</script> vector<int>', '&lt;script&gt;x&lt;/script&gt; vector&lt;int&gt;'],
  ],
  'a note stands where it was written, once': [
    ['见[^1]。再见[^1]。\n\n[^1]: 教材第 3 页', '见<sup>[1]</sup>。再见<sup>[1]</sup>。<sup>[1]</sup> 教材第 3 页'],
    [
      'a[^1]\n\n[^1]: https://a.example',
      'a<sup>[1]</sup><sup>[1]</sup> <a href="https://a.example">https://a.example</a>',
    ],
    ['the class [^a-z]', 'the class [^a-z]'],
  ],
  'character references in a text are their characters, unknown ones themselves': [
    ['30&deg;，3&nbsp;cm，AT&amp;T，&foo;', '30°，3 cm，AT&amp;T，&amp;foo;'],
    ['&#36;5&#36; &#x2264;', '$5$ ≤'],
    ['```c&lt;\nx\n```', '<span>c&lt;</span><pre><code>x</code></pre>'],
  ],
  'the real host of a link that names another is shown': [
    [
      '[bank.com](https://evil.example/x)',
      '<a href="https://evil.example/x">bank.com<span class="md-host"> (evil.example)</span></a>',
    ],
    [
      '[https://bank.com/a.b](https://evil.example)',
      '<a href="https://evil.example">https://bank.com/a.b<span class="md-host"> (evil.example)</span></a>',
    ],
    [
      '[**bank**.com](https://evil.example)',
      '<a href="https://evil.example"><strong>bank</strong>.com<span class="md-host"> (evil.example)</span></a>',
    ],
    [
      '[bank.com][1]\n\n[1]: https://evil.example',
      '<a href="https://evil.example">bank.com<span class="md-host"> (evil.example)</span></a>',
    ],
    [
      '![bank.com](https://evil.example/p.png)',
      '<a href="https://evil.example/p.png">bank.com<span class="md-host"> (evil.example)</span></a>',
    ],
    [
      'https://bank.com@evil.example',
      '<a href="https://bank.com@evil.example">https://bank.com@evil.example<span class="md-host"> (evil.example)</span></a>',
    ],
    [
      '[1.1.1.1](https://evil.example)',
      '<a href="https://evil.example">1.1.1.1<span class="md-host"> (evil.example)</span></a>',
    ],
    [
      '[me@bank.com](mailto:me@evil.example)',
      '<a href="mailto:me@evil.example">me@bank.com<span class="md-host"> (evil.example)</span></a>',
    ],
    [
      '[apple.com](https://xn--pple-43d.com)',
      '<a href="https://xn--pple-43d.com">apple.com<span class="md-host"> (xn--pple-43d.com)</span></a>',
    ],
    [
      '[www.a.example](https://a.example/p), a@b.example, https://a.example:8080/b.c',
      '<a href="https://a.example/p">www.a.example</a>, <a href="mailto:a@b.example">a@b.example</a>, <a href="https://a.example:8080/b.c">https://a.example:8080/b.c</a>',
    ],
    ['[Node.js, e.g. 1.5](https://nodejs.org)', '<a href="https://nodejs.org">Node.js, e.g. 1.5</a>'],
  ],
}

for (const [name, pairs] of Object.entries(cases)) {
  test.each(pairs)(`${name}: %j`, (text, shown) => {
    expect(show(text)).toBe(shown)
  })
}
