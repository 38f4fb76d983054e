import type { ReactNode } from 'react'

/** Rows of the operator's view, each with what can be done about it at its end. */
export function AdminTable(props: {
  title: string
  empty: string
  heads: string[]
  action: string
  children: ReactNode[]
}) {
  return (
    <section aria-label={props.title} className="overflow-x-auto">
      <h2 className="mb-3 text-sm font-medium text-ink-soft">{props.title}</h2>
      {props.children.length === 0 ? (
        <p className="text-ink-soft">{props.empty}</p>
      ) : (
        <table className="w-full text-left text-sm">
          <thead>
            <tr>
              {props.heads.map((head) => (
                <th key={head} scope="col" className="pr-4 pb-2 font-medium text-ink-soft">
                  {head}
                </th>
              ))}
              <th scope="col" className="sr-only">
                {props.action}
              </th>
            </tr>
          </thead>
          <tbody>{props.children}</tbody>
        </table>
      )}
    </section>
  )
}
