/** Kiosk mode: nothing but the picture and what belongs to it, full screen, and a screen that does not go to sleep. */
import { useEffect } from 'react'

/**
 * Asks for what the browser allows. A page that was opened so has no full screen before somebody touches it, and a wake lock may be
 * refused; the rest still holds.
 */
export function useKiosk(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return
    if (navigator.userActivation?.isActive) void document.documentElement.requestFullscreen?.().catch(() => {})
    const stop = keepAwake()
    return () => {
      stop()
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => {})
    }
  }, [isOn])
}

/** The lock is lost whenever the page is hidden, and taken anew when it is seen again. */
function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null
  let isOver = false
  const take = async () => {
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return
    const taken = await navigator.wakeLock.request('screen').catch(() => null)
    if (isOver) void taken?.release()
    else lock = taken
  }
  document.addEventListener('visibilitychange', take)
  void take()
  return () => {
    isOver = true
    document.removeEventListener('visibilitychange', take)
    void lock?.release()
  }
}
