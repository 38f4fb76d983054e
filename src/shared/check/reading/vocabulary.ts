/** Words that ask to solve or to compute and change nothing of what is asked. A problem with other words is not read. */
const common = `a|all|also|and|as|an|at|be|below|by|can|common|could|do|each|exact|exactly|explain|find|following|follows|for|form|from|full|get|given?|giving|
help|hence|here|how|i|if|image|in|interval|into|is|its?|know|let|let's|lowest|me|must|my|need|notation|of|out|picture|photo|please|possible|question|real|
result|says|set|show|showing|shown|shows|states|steps?|such|tell|terms|that|the|then|these|think|this|to|us|use|using|values?|variables?|want|we|what|when|
where|will|with|work|working|would|write|you|your|(?:algebraic|answer|asks?|calculat(?:e|ing|ion)|careful|clear|complete|comput|detail|equation|exercise|expression|fraction|
perform|problem|rational|reason|reduc|simpl|solution|solv|determine)\\w*`
const solving = `check|compound|cubic|has|have|holds?|makes?|method|quadratic|respect|roots?|system|systems|true|unknowns?|which|zeros?|(?:algebraically|elimination|
exponential|factoring|formula|graphing|inequalit|isolat|linear|logarithmic|polynomial|proportion|radical|satisf|simultaneous|substitution|trigonometric)\\w*`
const evaluating = `add|collect|combine|determinant|equals?|express|fully|inverse|leave|like|limit|matri(?:x|ces)|operations?|or|product|property|quotient|respect|rules|
single|subtract|sum|(?:antiderivative|arithmetic|definite|derivative|difference|differentia|distribut|divid|divisi|evaluat|expand|factor(?!ial)|function|
indefinite|indicated|integra|logarithm|multipl(?:y|ie|ic)|polynomial|properties|radical|subtraction|addition)\\w*`

const toWords = (...lists: string[]) => new RegExp(`^(?:${lists.join('|').replaceAll('\n', '')})$`)
const words = { solve: toWords(common, solving), evaluate: toWords(common, evaluating) }

const both =
  '请你 请 并写出 写出 详细 步骤 过程 解答过程 解答 题目 这道题 这题 此题 下列 下面 以下 各题 第 题 道 图片 照片 图中 显示 如下 给出 一步一步 最简 最终 答案 结果 先 再 要求 我们 需要 这是 一个 一道 怎么 做 帮我 看 问题 已知 则 的 是 为'
const solvingChinese =
  '解关于 解下列 解 方程组 方程 不等式组 不等式 一元二次 一元一次 二元一次 二元 求解 的解集 的根 实数根 实数解 实数范围内 在区间 区间 所有 求出 求 满足 使得 成立 的值 未知数 关于 其中 若 且 和 与 如图 用因式分解法 用公式法 用配方法 用代入法 用加减法 配方法 公式法 在'
const evaluatingChinese =
  '计算 化简求值 化简 因式分解 分解因式 展开 合并同类项 求值 求导数 求导函数 求导 导数 导函数 不定积分 定积分 积分 极限 行列式 逆矩阵 矩阵 乘积 求和 求 的值 值 等于多少 是多少 等于 函数 设 整理 约分 各式 式子 代数式'

const toPhrases = (...lists: string[]) =>
  lists
    .join(' ')
    .split(' ')
    .sort((a, b) => b.length - a.length)
const phrases = { solve: toPhrases(both, solvingChinese), evaluate: toPhrases(both, evaluatingChinese) }

const harmless =
  /complet(?:e|ing) the square|square root (?:property|method)|(?:should contain |with |using )?only positive expo?\w+|positive exponents?|(?:im)?proper fraction|mixed number|absolute value/g

/** The first words of a problem that are its number and how much it counts. */
export const withoutNumber = (text: string) =>
  text.replace(
    /^\s*(?:(?:problem|question|exercise|ex|例|题|第)?\s*\d{1,3}\s*[.)、:：题]|[（(]\d{1,2}[）)]|[①-⑩])?\s*(?:[（(]\s*(?:本题|满分)?\s*\d+\s*(?:分|points?|marks?)\s*[）)])?\s*/i,
    '',
  )

/** Whether the words between a problem's formulas only ask to solve or to compute. */
export function isPlainRequest(text: string, kind: 'solve' | 'evaluate'): boolean {
  const latin =
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .replace(harmless, '')
      .match(/[a-z][a-z'-]*/g) ?? []
  if (!latin.every((word) => words[kind].test(word))) return false
  let rest = (text.match(/[\u3400-\u9fff]+/g) ?? []).join(' ')
  for (const phrase of phrases[kind]) rest = rest.replaceAll(phrase, ' ')
  return rest.trim() === '' && !/\d/.test(text)
}
