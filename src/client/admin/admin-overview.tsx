import type { Overview, Spent } from '../../shared/admin.ts'
import { useLanguage } from '../i18n.tsx'
import { AdminTable } from './admin-table.tsx'

type Props = {
  overview: Overview
  onStop: (id: string) => void
  onBlock: (visitor: string, isBlocked: boolean) => void
}

const short = (visitor: string) => visitor.slice(0, 8)

export function AdminOverview({ overview, onStop, onBlock }: Props) {
  const { language, messages } = useLanguage()
  const words = messages.admin
  const { total, limits, visitors, live, currency } = overview
  const format: Record<keyof Spent, (value: number) => string> = {
    runs: (value) => value.toLocaleString(language),
    tokens: (value) => value.toLocaleString(language),
    cost: (value) =>
      currency === undefined ? '–' : new Intl.NumberFormat(language, { style: 'currency', currency }).format(value),
  }
  const kinds = ['runs', 'tokens', 'cost'] as const
  return (
    <>
      <section aria-label={words.today}>
        <h2 className="mb-3 text-sm font-medium text-ink-soft">{words.todayOf(overview.day)}</h2>
        <dl className="grid gap-4 sm:grid-cols-3">
          {kinds.map((kind) => (
            <div key={kind} className="rounded-2xl border border-line p-4">
              <dt className="text-sm text-ink-soft">{words[kind]}</dt>
              <dd className="font-serif text-2xl tabular-nums">{format[kind](total[kind])}</dd>
              <dd className="text-xs text-ink-soft">
                {limits[kind] === undefined ? words.noLimit : words.of(format[kind](limits[kind]))}
              </dd>
              {limits[kind] !== undefined && (
                <dd>
                  <progress
                    className="admin-bar mt-2 h-1.5 w-full"
                    aria-label={words[kind]}
                    max={limits[kind]}
                    value={Math.min(total[kind], limits[kind])}
                  />
                </dd>
              )}
            </div>
          ))}
        </dl>
      </section>
      <AdminTable
        title={words.live}
        empty={words.nobody}
        heads={[words.model, words.visitor, words.since]}
        action={messages.stop}
      >
        {live.map((run) => (
          <tr key={run.id} className="border-t border-line">
            <td className="py-2 pr-4">{run.model}</td>
            <td className="py-2 pr-4 font-mono text-xs">{short(run.visitor)}</td>
            <td className="py-2 pr-4 tabular-nums">{new Date(run.createdAt).toLocaleTimeString(language)}</td>
            <td className="py-2 text-right">
              <button type="button" className="button" onClick={() => onStop(run.id)}>
                {messages.stop}
              </button>
            </td>
          </tr>
        ))}
      </AdminTable>
      <AdminTable
        title={words.visitors}
        empty={words.nobody}
        heads={[words.visitor, words.runs, words.tokens, words.cost]}
        action={words.block}
      >
        {visitors.map((row) => (
          <tr key={row.visitor} className="border-t border-line">
            <td className="py-2 pr-4 font-mono text-xs">{short(row.visitor)}</td>
            {kinds.map((kind) => (
              <td key={kind} className="py-2 pr-4 tabular-nums">
                {format[kind](row[kind])}
              </td>
            ))}
            <td className="py-2 text-right">
              <button type="button" className="button" onClick={() => onBlock(row.visitor, !row.isBlocked)}>
                {row.isBlocked ? words.allow : words.block}
              </button>
            </td>
          </tr>
        ))}
      </AdminTable>
    </>
  )
}
