/** Keys for as long as a component is there. */
import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react'
import { type Binding, type Group, Keyboard } from './keys.ts'

const keyboard = new Keyboard()

/** Gives `bindings` (made once, as with useMemo) to the keyboard under a title that the help shows. */
export function useKeys(title: string, bindings: readonly Binding[]): void {
  // With the page, not after it: a key does what the screen that is pressed at says.
  useLayoutEffect(() => keyboard.add({ title, bindings }), [title, bindings])
}

/** All that can be pressed now, for the help. */
export function useKeyGroups(): readonly Group[] {
  return useSyncExternalStore(
    keyboard.subscribe,
    () => keyboard.groups,
    () => keyboard.groups,
  )
}

/** Listens; once, at the top of the panel. */
export function useKeyboard(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => void keyboard.press(event)
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
