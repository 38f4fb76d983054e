/** Words that ask to solve or to compute and change nothing of what is asked. A problem with other words is not read. */
const common = `a an all also and answer answers as at be below by can carefully clearly complete completely detail detailed details do each equation
  exact exactly expression expressions find following follows for form fraction from full give given giving help hence here how i if in interval into is
  it its lowest me my need notation of out performing please possible problem question real result set show showing shown simplest simplified simplify
  solution solutions solve step steps such terms that the then these this to us use using value values variable variables we what when where with work
  write you your let let's working reasoning think explain exercise calculate compute determine get reduced reduce want know must will would could tell
  algebraic fractional rational common image picture photo shows says asks states asked`
const solving = `has have proportion compound with respect check equations factoring formula inequalities inequality linear makes make method quadratic root roots satisfies satisfy satisfied satisfying
  simultaneous substitution elimination system systems true unknown unknowns which zeros zero hold holds cubic rational radical exponential logarithmic
  trigonometric polynomial graphing algebraically isolate`
const evaluating = `or express leave evaluate expand expanded expanding factor factored factorise factorize factoring multiply product sum difference quotient add subtract divide
  derivative differentiate respect function functions antiderivative indefinite definite integral integrate limit determinant inverse matrix matrices
  fully collect combine like distribute distributing perform operation operations indicated polynomial polynomials rational radical radicals single
  logarithm rules properties property equal equals fractions dividing multiplying multiplication addition subtraction division result arithmetic`

const toSet = (...lists: string[]) => new Set(lists.flatMap((list) => list.split(/\s+/)).filter((word) => word !== ''))
const words = { solve: toSet(common, solving), evaluate: toSet(common, evaluating) }

const chinese = {
  solve: `解关于的方程组 解关于的方程 解下列方程组 解下列方程 解下列不等式 解方程组 解不等式组 解不等式 解方程 方程组 不等式组 一元二次方程 一元一次方程
    二元一次方程组 二元一次 一元二次 一元一次 方程 不等式 求解 的解集为 的解集是 的解集 的解为 的解是 的解 的根为 的根是 的根 的实数根 的实数解 实数范围内 实数解 实数根
    在实数范围内 在区间 区间 所有 求出 求 解 满足 使得 成立 的值 未知数 关于 其中 已知 则 若 且 和 与 如图 图中 题目 是 为 的 用因式分解法 用公式法 用配方法 用代入法 用加减法 配方法 公式法`,
  evaluate: `计算下列各题 计算下列各式 计算下列 计算 化简下列各式 化简下列 化简求值 化简 因式分解 分解因式 展开 合并同类项 求值 求导数 求导函数 求导 的导数 的导函数 导数
    导函数 求不定积分 求定积分 不定积分 定积分 的积分 积分 求极限 的极限 极限 求行列式 行列式 逆矩阵 矩阵 乘积 求 的值 等于多少 是多少 等于 结果 函数 已知 设 则 的 是 为 整理 求和 约分 下列各式 式子 代数式`,
  both: `请你 请 并写出 写出 详细 步骤 过程 解答过程 解答 题目 这道题 这题 此题 下列 下面 以下 各题 第 题 道 图片 照片 图中 显示 如下 给出 一步一步 最简 最终 答案 结果 先 再 要求 我们 需要 这是 一个 一道 怎么 做 帮我 看 问题`,
}
const phrases = {
  solve: [...toSet(chinese.solve, chinese.both)].sort((a, b) => b.length - a.length),
  evaluate: [...toSet(chinese.evaluate, chinese.both)].sort((a, b) => b.length - a.length),
}

const harmless =
  /complet(?:e|ing) the square|square root (?:property|method)|(?:should contain |with |using )?only positive expo?\w+|positive exponents?|(?:im)?proper fraction|mixed number|absolute value|scientific calculator/g

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
      .replace(harmless, '')
      .match(/[a-z][a-z'’-]*/g) ?? []
  if (!latin.every((word) => words[kind].has(word.replace('’', "'")))) return false
  let rest = (text.match(/[\u3400-\u9fff]+/g) ?? []).join(' ')
  for (const phrase of phrases[kind]) rest = rest.replaceAll(phrase, ' ')
  return rest.trim() === '' && !/\d/.test(text)
}
