/** Below this a difference is the network's, not the clock's. */
const toleranceMs = 3_000
let offsetMs = 0

/** A phone's clock can be minutes off; what is counted from a run's `createdAt` needs the server's. */
export function noteServerDate(date: string | null) {
  const sentAt = Date.parse(date ?? '')
  if (Number.isNaN(sentAt)) return
  const difference = sentAt - Date.now()
  offsetMs = Math.abs(difference) > toleranceMs ? difference : 0
}

export const serverNow = () => Date.now() + offsetMs
