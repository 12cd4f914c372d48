/** The server's time, as a component that counts up needs it: renders anew once in a while. */
import { clientFor } from '@coilcast/live-image'
import { useEffect, useReducer } from 'react'

export function serverNow(): number {
  return clientFor().serverNow()
}

export function useNow(everyMs = 1000): number {
  const [, tick] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    const timer = window.setInterval(tick, everyMs)
    return () => window.clearInterval(timer)
  }, [everyMs])
  return serverNow()
}
