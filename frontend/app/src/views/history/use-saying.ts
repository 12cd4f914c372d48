/** One sentence for a moment, for those who see and those who hear. */
import { useCallback, useEffect, useState } from 'react'

const FOR_MS = 4000

export function useSaying(): { said: string; say(text: string): void } {
  const [saying, setSaying] = useState({ text: '' })
  useEffect(() => {
    if (saying.text === '') return
    const timer = window.setTimeout(() => setSaying({ text: '' }), FOR_MS)
    return () => window.clearTimeout(timer)
  }, [saying])
  const say = useCallback((text: string) => setSaying({ text }), [])
  return { said: saying.text, say }
}
