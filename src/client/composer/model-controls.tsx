import type { Model } from '../../shared/config.ts'
import { useMessages } from '../i18n.tsx'

const minBudget = 256
const steps = 100
const today = new Date().toISOString().slice(0, 10)

/** The slider moves in ratios: half way is the geometric middle. Its end is the model's own maximum, sent as no budget. */
const toBudget = (step: number, max: number) => Math.round(minBudget * (max / minBudget) ** (step / steps))
const toStep = (budget: number, max: number) =>
  Math.round((Math.log(budget / minBudget) / Math.log(max / minBudget)) * steps)

type Props = {
  models: Model[]
  model: Model
  thinking: boolean
  budget: number | undefined
  /** Absent where there is no picture, or the model has no such switch. */
  highResolution: boolean | undefined
  /** Where room is short the model alone. */
  isBrief: boolean
  onModel: (id: string) => void
  onThinking: (enabled: boolean) => void
  onBudget: (budget: number | undefined) => void
  onHighResolution: (isOn: boolean) => void
}

/** Only the switches the chosen model has. */
export function ModelControls(props: Props) {
  const { models, model, thinking, budget, isBrief, highResolution } = props
  const { onModel, onThinking, onBudget, onHighResolution } = props
  const messages = useMessages()
  const max = model.maxBudget
  const shown = max !== undefined && budget !== undefined && budget < max ? budget : undefined
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2 text-sm">
      <select
        aria-label={messages.model}
        className="field max-w-56 text-sm"
        value={model.id}
        onChange={(event) => onModel(event.target.value)}
      >
        {models.map(({ id, label, retiresAt }) => (
          <option key={id} value={id}>
            {retiresAt !== undefined && retiresAt <= today ? messages.retired(label) : label}
          </option>
        ))}
      </select>
      {model.thinking === 'switchable' && (
        <label className={`flex min-h-10 items-center gap-2 ${isBrief ? 'max-sm:hidden' : ''}`}>
          <input
            type="checkbox"
            role="switch"
            className="size-5 accent-(--accent)"
            checked={thinking}
            aria-checked={thinking}
            onChange={(event) => onThinking(event.target.checked)}
          />
          {messages.thinking}
        </label>
      )}
      {highResolution !== undefined && (
        <label className="flex min-h-10 items-center gap-2">
          <input
            type="checkbox"
            role="switch"
            className="size-5 accent-(--accent)"
            checked={highResolution}
            aria-checked={highResolution}
            onChange={(event) => onHighResolution(event.target.checked)}
          />
          {messages.highResolution}
        </label>
      )}
      {max !== undefined && thinking && (
        <label className={`flex min-h-10 flex-wrap items-center gap-x-3 ${isBrief ? 'max-sm:hidden' : ''}`}>
          <span>{messages.thinkingBudget}</span>
          <input
            type="range"
            className="w-36 accent-(--accent)"
            min={0}
            max={steps}
            value={shown === undefined ? steps : toStep(shown, max)}
            aria-label={messages.thinkingBudget}
            aria-valuetext={shown === undefined ? messages.budgetMax : messages.budgetOf(shown)}
            onChange={(event) => {
              const step = Number(event.target.value)
              onBudget(step >= steps ? undefined : toBudget(step, max))
            }}
          />
          <span className="text-ink-soft tabular-nums">
            {shown === undefined ? messages.budgetMax : messages.budgetOf(shown)}
          </span>
        </label>
      )}
    </div>
  )
}
