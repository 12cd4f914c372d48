/** Language and theme: what the address says, else what was chosen on this screen, else what the server or the product says. */
import { useSyncExternalStore } from 'react'

export const LANGUAGES = ['ko', 'en'] as const
export type Language = (typeof LANGUAGES)[number]
export const THEMES = ['dark', 'day'] as const
export type Theme = (typeof THEMES)[number]

export interface Look {
  readonly language: Language
  readonly theme: Theme
}

/** Pure: the first source that knows an answer decides. */
export function decideLook(
  search: string,
  kept: Partial<Record<keyof Look, string>>,
  server: string | undefined,
): Look {
  const query = new URLSearchParams(search)
  return {
    language: known(LANGUAGES, query.get('lang'), kept.language, server) ?? 'ko',
    theme: known(THEMES, query.get('theme'), kept.theme) ?? 'dark',
  }
}

function known<T extends string>(all: readonly T[], ...answers: (string | null | undefined)[]): T | undefined {
  return answers.map(answer => all.find(each => each === answer)).find(answer => answer !== undefined)
}

const PREFIX = 'coilcast.'

/** A browser that keeps nothing (private, full, forbidden) has a panel that works until it is closed. */
function kept(): Partial<Record<keyof Look, string>> {
  try {
    return {
      language: window.localStorage.getItem(`${PREFIX}language`) ?? undefined,
      theme: window.localStorage.getItem(`${PREFIX}theme`) ?? undefined,
    } as Partial<Record<keyof Look, string>>
  } catch {
    return {}
  }
}

class LookStore {
  #server: string | undefined
  #chosen: Partial<Look> = {}
  #look: Look | null = null
  readonly #listeners = new Set<() => void>()

  get = (): Look => {
    this.#look ??= { ...decideLook(window.location.search, kept(), this.#server), ...this.#chosen }
    return this.#look
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What the server's settings ask for, once it has said so. */
  serverSays(language: string | undefined): void {
    if (language === this.#server) return
    this.#server = language
    this.#changed()
  }

  /** Chosen by hand: kept on this screen. */
  choose(choice: Partial<Look>): void {
    this.#chosen = { ...this.#chosen, ...choice }
    try {
      for (const [name, value] of Object.entries(choice)) window.localStorage.setItem(PREFIX + name, value)
    } catch {
      // Then it holds until the page is closed.
    }
    this.#changed()
  }

  /** For tests: as a page that was just opened. */
  forget(): void {
    this.#server = undefined
    this.#chosen = {}
    this.#changed()
  }

  #changed(): void {
    this.#look = null
    for (const listener of [...this.#listeners]) listener()
  }
}

export const look = new LookStore()

export function useLook(): Look {
  return useSyncExternalStore(look.subscribe, look.get, look.get)
}
