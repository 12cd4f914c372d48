import { useSyncExternalStore } from 'react'
import { Sound } from './sound.ts'
import type { SoundState } from './sound-state.ts'

/** The page has one. */
export const sound = new Sound()

export function useSound(): SoundState {
  return useSyncExternalStore(sound.subscribe, sound.get, sound.get)
}
