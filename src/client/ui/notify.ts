const storageKey = 'notify'

export const canNotify = () => 'Notification' in globalThis
export const notifiesEnd = () =>
  canNotify() && Notification.permission === 'granted' && localStorage.getItem(storageKey) === '1'

/** Asks the browser's leave the first time. Resolves to whether it is on now. */
export async function setNotifies(wished: boolean): Promise<boolean> {
  const isGranted = wished && (await Notification.requestPermission()) === 'granted'
  localStorage.setItem(storageKey, isGranted ? '1' : '0')
  return isGranted
}
