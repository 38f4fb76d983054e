type Props = {
  label: string
  /** The path of its 24 × 24 drawing, which stands for it on a phone. */
  icon: string
  value: string
  options: { value: string; label: string; lang?: string }[]
  onChange: (value: string) => void
}

/** A native list; on a phone, where words have no room, a drawing lies over it and the list opens from there. */
export function HeaderSelect({ label, icon, value, options, onChange }: Props) {
  return (
    <span className="relative has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent max-sm:size-10 max-sm:rounded-full max-sm:border max-sm:border-line">
      <svg
        viewBox="0 0 24 24"
        className="pointer-events-none absolute inset-0 m-auto size-5 sm:hidden"
        aria-hidden="true"
      >
        <path d={icon} fill="none" stroke="currentColor" strokeWidth="1.6" />
      </svg>
      <select
        aria-label={label}
        className="field max-w-28 text-sm max-sm:absolute max-sm:inset-0 max-sm:opacity-0"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} lang={option.lang}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  )
}
