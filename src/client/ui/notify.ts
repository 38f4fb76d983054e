import { readStored, store } from '../storage.ts'

const storageKey = 'notify'

export const canNotify = () => 'Notification' in globalThis
export const notifiesEnd = () => canNotify() && Notification.permission === 'granted' && readStored(storageKey) === '1'

/** Asks the browser's leave the first time. Resolves to whether it is on now. */
export async function setNotifies(wished: boolean): Promise<boolean> {
  const isGranted = wished && (await Notification.requestPermission()) === 'granted'
  store(storageKey, isGranted ? '1' : '0')
  return isGranted
}
