/** A finger points: return makes a line, and the phone's own camera is at hand. */
export const isTouch = () => matchMedia('(pointer: coarse)').matches
