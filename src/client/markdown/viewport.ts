import { flushSync } from 'react-dom'

type Draw = (isNear: boolean) => void
type Place = { isNear: boolean; drawings: Set<Draw> }

/** How far beyond what is seen formulas are drawn already. */
const margin = '1200px'

/** Knows which groups of blocks are near what the reader sees, and tells the formulas in them when that changes. */
export type Viewport = {
  /** `onNear` hears when the group comes near. Returns how to leave off. */
  watch: (group: HTMLElement, onNear: () => void) => () => void
  /** Draws a formula as its group stands, and again when that changes. Returns how to leave off. */
  draw: (formula: HTMLElement, draw: Draw) => () => void
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
    const place = places.get(group) ?? { isNear: group.dataset['start'] === 'near', drawings: new Set() }
    places.set(group, place)
    return place
  }
  const handle = (entries: IntersectionObserverEntry[]) => {
    for (const { target, isIntersecting } of entries) {
      const place = toPlace(target as HTMLElement)
      if (isIntersecting) hearers.get(target)?.()
      if (place.isNear === isIntersecting) continue
      place.isNear = isIntersecting
      for (const draw of place.drawings) draw(isIntersecting)
    }
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
      place.drawings.add(draw)
      draw(place.isNear)
      return () => place.drawings.delete(draw)
    },
  }
}
