const wrappers: Record<string, string> = { strong: '**', b: '**', em: '*', i: '*', del: '~~' }

const toFormula = (element: HTMLElement) => {
  const tex = element.dataset['tex'] ?? ''
  if (element.dataset['display'] === undefined) return `$${tex}$`
  return `\n\n$$\n${tex}\n$$\n\n`
}

const toInline = (node: Node) => [...node.childNodes].map(toPiece).join('')
const toBlocks = (node: Node) =>
  toInline(node)
    .trim()
    .replace(/\n{3,}/g, '\n\n')
const indent = (text: string, first: string) => first + text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(first.length)}`)

function toCode(text: string): string {
  const ticks = text.includes('`') ? '``' : '`'
  return `${ticks}${text}${ticks}`
}

function toList(list: Element): string {
  let number = Number(list.getAttribute('start') ?? 1)
  const sign = list.classList.contains('md-parentheses') ? ')' : '.'
  const items = [...list.children].map((item) => {
    const box = item.querySelector(':scope > input, :scope > p > input')
    const task = box instanceof HTMLInputElement ? (box.checked ? '[x] ' : '[ ] ') : ''
    number = Number(item.getAttribute('value') ?? number)
    return indent(task + toBlocks(item), list.localName === 'ol' ? `${number++}${sign} ` : '- ')
  })
  return `\n\n${items.join('\n')}\n\n`
}

function toTable(table: Element): string {
  const rows = [...table.querySelectorAll('tr')].map(
    (row) =>
      `| ${[...row.children]
        .map((cell) =>
          toBlocks(cell)
            .split('\n')
            .map((line) => line.trim())
            .filter(Boolean)
            .join(' '),
        )
        .join(' | ')} |`,
  )
  const columns = table.querySelector('tr')?.children.length ?? 0
  return `\n\n${rows[0] ?? ''}\n${'| --- '.repeat(columns)}|\n${rows.slice(1).join('\n')}\n\n`
}

function toPiece(node: Node): string {
  if (node.nodeType === 3) return node.textContent ?? ''
  if (!(node instanceof HTMLElement)) return ''
  const { localName: name, dataset } = node
  if (dataset['tex'] !== undefined) return toFormula(node)
  if (node.classList.contains('md-code-bar') || node.classList.contains('md-host')) return ''
  if (node.classList.contains('md-code')) {
    const language = node.querySelector('.md-code-bar > span')?.textContent ?? ''
    return `\n\n\`\`\`${language}\n${node.querySelector('code')?.textContent ?? ''}\n\`\`\`\n\n`
  }
  const wrapper = wrappers[name]
  if (wrapper !== undefined) return `${wrapper}${toInline(node)}${wrapper}`
  if (name === 'sub' || name === 'sup' || name === 'u') return `<${name}>${toInline(node)}</${name}>`
  if (name === 'code') return toCode(node.textContent ?? '')
  if (name === 'br') return '  \n'
  if (name === 'hr') return '\n\n---\n\n'
  if (name === 'ul' || name === 'ol') return toList(node)
  if (name === 'table') return toTable(node)
  if (name === 'blockquote') return `\n\n${toBlocks(node).replace(/^/gm, '> ')}\n\n`
  if (name === 'a') return `[${toInline(node)}](${node.getAttribute('href') ?? ''})`
  const level = /^h([1-6])$/.exec(name)?.[1]
  if (level !== undefined) return `\n\n${'#'.repeat(Number(level))} ${toInline(node).trim()}\n\n`
  return name === 'p' || name === 'div' || name === 'li' ? `\n\n${toInline(node)}\n\n` : toInline(node)
}

/** What the renderer drew, as the Markdown with LaTeX it came from. */
export const toSource = (fragment: Node): string => toBlocks(fragment)
