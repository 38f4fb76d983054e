/**
 * Plays the runs of an exported page again. It is written into the page as it stands here, so it may use nothing from
 * outside itself. What is shown at a moment is the share of the text that had come by then.
 */
export function fileReplay(page: Document) {
  const data = page.getElementById('showwork')?.textContent ?? ''
  const words = page.body.dataset
  type Piece = { node: Element; from: number; size: number }
  type Delta = { at: number; size: number }

  const lines = data
    .split('\n')
    .filter((line) => line.startsWith('{"type":"run"'))
    .map((line) => JSON.parse(line) as { id: string; timeline: string })

  function readTimes(timeline: string) {
    const deltas: { t: Delta[]; a: Delta[] } = { t: [], a: [] }
    let at = 0
    for (const line of timeline.split('\n')) {
      if (line.startsWith('{')) {
        at = (JSON.parse(line) as { at: number }).at
        continue
      }
      const [delay = '', size = ''] = line.slice(1).split('.')
      at += parseInt(delay, 36)
      deltas[line.startsWith('t') ? 't' : 'a'].push({ at, size: parseInt(size, 36) })
    }
    return { deltas, endsAt: at }
  }

  /** Words and formulas in their order, each in an element of its own. */
  function toPieces(root: Element | null): Piece[] {
    const pieces: Piece[] = []
    let from = 0
    const add = (node: Element, size: number) => {
      pieces.push({ node, from, size })
      from += size
    }
    const walk = (node: Element) => {
      if (node.localName === 'math') {
        add(node, (node.textContent ?? '').length)
        return
      }
      for (const child of Array.from(node.childNodes)) {
        if (child instanceof Element) walk(child)
        else if (child.nodeType === 3 && (child.textContent ?? '').trim() !== '') {
          for (const word of (child.textContent ?? '').match(/\s*\S{1,12}\s*/g) ?? []) {
            const span = page.createElement('span')
            span.textContent = word
            child.parentNode?.insertBefore(span, child)
            add(span, word.length)
          }
          child.parentNode?.removeChild(child)
        }
      }
    }
    if (root) walk(root)
    return pieces
  }

  function show(root: HTMLElement | null, pieces: Piece[], part: number) {
    if (!root) return
    const last = pieces[pieces.length - 1]
    const reached = part * (last ? last.from + last.size : 0)
    for (const { node, from } of pieces)
      (node as HTMLElement).style.visibility = part < 1 && from >= reached ? 'hidden' : ''
    const seen = new Set<HTMLElement>()
    for (const { node, from } of pieces) {
      const block = node.closest<HTMLElement>('.md-block')
      if (!block || seen.has(block)) continue
      seen.add(block)
      block.hidden = part < 1 && from >= reached
    }
  }

  const partOf = (deltas: Delta[], ms: number) => {
    let come = 0
    let all = 0
    for (const { at, size } of deltas) {
      all += size
      if (at <= ms) come += size
    }
    return all === 0 ? 1 : come / all
  }

  for (const line of lines) {
    const article = page.getElementById(`run-${line.id}`)
    if (!article) continue
    const { deltas, endsAt } = readTimes(line.timeline)
    const answer = article.querySelector<HTMLElement>('.answer')
    const thinking = article.querySelector<HTMLElement>('.thinking')
    let pieces: { answer: Piece[]; thinking: Piece[] } | undefined
    let position = endsAt
    let isPlaying = false
    let last = 0

    const bar = page.createElement('div')
    bar.className = 'replay'
    const button = page.createElement('button')
    const slider = page.createElement('input')
    const speed = page.createElement('select')
    slider.type = 'range'
    slider.max = String(endsAt)
    slider.step = 'any'
    slider.setAttribute('aria-label', words['position'] ?? '')
    speed.setAttribute('aria-label', words['speed'] ?? '')
    for (const rate of ['1', '2', '4', '8']) {
      const option = page.createElement('option')
      option.value = rate
      option.textContent = `${rate}×`
      speed.append(option)
    }
    const draw = () => {
      pieces ??= { answer: toPieces(answer), thinking: toPieces(thinking) }
      slider.value = String(position)
      button.textContent = (isPlaying ? words['pause'] : words['play']) ?? ''
      const details = thinking?.closest('details')
      if (details) details.open = position < endsAt || details.open
      show(thinking, pieces.thinking, partOf(deltas.t, position))
      show(answer, pieces.answer, partOf(deltas.a, position))
    }
    const step = (now: number) => {
      if (!isPlaying) return
      position = Math.min(endsAt, position + (now - last) * Number(speed.value))
      last = now
      if (position >= endsAt) isPlaying = false
      draw()
      requestAnimationFrame(step)
    }
    button.onclick = () => {
      if (!isPlaying && position >= endsAt) position = 0
      isPlaying = !isPlaying
      draw()
      requestAnimationFrame((now) => {
        last = now
        step(now)
      })
    }
    slider.oninput = () => {
      position = Number(slider.value)
      draw()
    }
    slider.value = slider.max
    button.textContent = words['replay'] ?? ''
    bar.append(button, slider, speed)
    article.append(bar)
  }
}
