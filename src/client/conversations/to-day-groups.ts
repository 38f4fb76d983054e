import type { Language } from '../i18n.tsx'

type Group<T> = { key: string; label: string; items: T[] }

const dayMs = 86_400_000
const toDay = (time: number) => {
  const date = new Date(time)
  // Noon, so that a day of 23 or 25 hours stays one.
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), 12).getTime()
}

/** Items in their order under the day they belong to: today, yesterday or its date, in the reader's language. */
export function toDayGroups<T extends { activeAt: number }>(items: T[], now: number, language: Language): Group<T>[] {
  const today = toDay(now)
  const toLabel = (day: number) => {
    const ago = Math.round((today - day) / dayMs)
    if (ago <= 1) {
      const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-Math.max(0, ago), 'day')
      return words.charAt(0).toLocaleUpperCase(language) + words.slice(1)
    }
    const isThisYear = new Date(day).getFullYear() === new Date(now).getFullYear()
    return new Intl.DateTimeFormat(language, {
      weekday: 'short',
      day: 'numeric',
      month: 'long',
      ...(!isThisYear && { year: 'numeric' }),
    }).format(day)
  }
  const groups: Group<T>[] = []
  for (const item of items) {
    const day = Math.min(toDay(item.activeAt), today)
    const key = String(day)
    const last = groups.at(-1)
    if (last?.key === key) last.items.push(item)
    else groups.push({ key, label: toLabel(day), items: [item] })
  }
  return groups
}
