import { flushSync } from 'react-dom'

type Draw = (isNear: boolean) => void
/** Tells how many elements it made. */
type Counted = (isNear: boolean) => number
/** `elements`: how many are drawn in it. */
type Place = { isNear: boolean; drawings: Set<Counted>; elements: number }

/** How far beyond what is seen formulas are drawn already. */
const margin = '1200px'

/** What is drawn has to be laid out and painted too: no more elements than this in one frame, and no longer than this. */
const maxElements = 4_000
const maxMs = 50

/** Draws what its frame has room for, and the rest in those to come: the page answers in between. */
function createFrames() {
  let waiting: (() => number)[] = []
  let room = 0
  let isScheduled = false

  function schedule() {
    if (isScheduled) return
    isScheduled = true
    requestAnimationFrame(() => {
      isScheduled = false
      const draws = waiting
      waiting = []
      room = maxElements
      const endsAt = performance.now() + maxMs
      let next = 0
      while (next < draws.length && room > 0 && performance.now() < endsAt) room -= draws[next++]?.() ?? 0
      waiting = draws.slice(next)
      if (waiting.length > 0) schedule()
    })
  }
  return (draw: () => number) => {
    waiting.push(draw)
    schedule()
  }
}

/** Several texts on a page share its frames. */
const put = createFrames()

/** Knows which groups of blocks are near what the reader sees, and tells the formulas in them when that changes. */
export type Viewport = {
  /** `onNear` hears when the group comes near. Returns how to leave off. */
  watch: (group: HTMLElement, onNear: () => void) => () => void
  /** Draws a formula as its group stands, and again when that changes. Returns how to leave off. */
  draw: (formula: HTMLElement, draw: Draw) => () => void
}

/**
 * Chromium keeps the last layout of what it skips, and with that every element that was ever drawn there. So groups that
 * are left are laid out and painted once more, without their formulas, at the height they have.
 */
function forgetLayout(groups: HTMLElement[], undraw: () => void) {
  const heights = groups.map((group) => group.getBoundingClientRect().height)
  for (const [at, { dataset, style }] of groups.entries()) {
    dataset['left'] = ''
    style.blockSize = `${heights[at]}px`
  }
  undraw()
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      for (const { dataset, style } of groups) {
        delete dataset['left']
        style.blockSize = ''
      }
    }),
  )
}

function findScroller(element: HTMLElement): HTMLElement | null {
  for (let parent = element.parentElement; parent && parent !== document.body; parent = parent.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(parent).overflowY)) return parent
  }
  return null
}

export function createViewport(): Viewport {
  const places = new WeakMap<Element, Place>()
  const hearers = new Map<Element, () => void>()
  let observer: IntersectionObserver | undefined

  const toPlace = (group: HTMLElement): Place => {
    const place = places.get(group) ?? { isNear: group.dataset['start'] === 'near', drawings: new Set(), elements: 0 }
    places.set(group, place)
    return place
  }
  /** At once, unless there is much in its group already. */
  function drawSoon(place: Place, draw: Counted) {
    if (!place.isNear || place.elements < maxElements) return void draw(place.isNear)
    draw(false)
    // Where it stands when its turn comes, not where it stood.
    put(() => draw(place.isNear))
  }
  const handle = (entries: IntersectionObserverEntry[]) => {
    const left: HTMLElement[] = []
    for (const { target, isIntersecting } of entries) {
      const group = target as HTMLElement
      const place = toPlace(group)
      if (isIntersecting) hearers.get(group)?.()
      if (place.isNear === isIntersecting) continue
      place.isNear = isIntersecting
      if (!isIntersecting && place.elements > 0) left.push(group)
      else for (const draw of place.drawings) drawSoon(place, draw)
    }
    if (left.length === 0) return
    forgetLayout(left, () => {
      for (const group of left) for (const draw of toPlace(group).drawings) draw(false)
    })
  }

  /** Paper has no far end: all that waits is rendered, every formula drawn. */
  const handlePrint = () => {
    const groups = [...hearers.keys()]
    for (const group of groups) toPlace(group as HTMLElement).isNear = true
    flushSync(() => {
      for (const group of groups) hearers.get(group)?.()
    })
    for (const group of groups) for (const draw of toPlace(group as HTMLElement).drawings) draw(true)
  }

  return {
    watch(group, onNear) {
      observer ??= new IntersectionObserver(handle, { root: findScroller(group), rootMargin: margin })
      if (hearers.size === 0) addEventListener('beforeprint', handlePrint)
      hearers.set(group, onNear)
      observer.observe(group)
      return () => {
        hearers.delete(group)
        if (hearers.size === 0) removeEventListener('beforeprint', handlePrint)
        observer?.unobserve(group)
      }
    },
    draw(formula, draw) {
      const group = formula.closest<HTMLElement>('.md-group')
      if (!group) {
        draw(true)
        return () => {}
      }
      const place = toPlace(group)
      let elements = 0
      const drawCounted = (isNear: boolean) => {
        draw(isNear)
        const before = elements
        elements = isNear ? formula.getElementsByTagName('*').length : 0
        place.elements += elements - before
        return elements
      }
      place.drawings.add(drawCounted)
      drawSoon(place, drawCounted)
      return () => {
        place.drawings.delete(drawCounted)
        place.elements -= elements
      }
    },
  }
}
