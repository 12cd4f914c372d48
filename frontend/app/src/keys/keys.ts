/** Which key does what at the moment. Knows no React; `use-keys.ts` is the bridge. */

export interface Binding {
  /** As `KeyboardEvent.key` names them, a letter in lower case; any of them does it. `Shift+` may stand in front of a named key. */
  readonly keys: readonly string[]
  /** What it does, in the language of the panel. */
  readonly label: string
  run(event: KeyboardEvent): void
}

export interface Group {
  readonly title: string
  readonly bindings: readonly Binding[]
}

/** The name of the key that was pressed: whatever the layout and the caps lock, `l` is `l`, and `?` needs no mention of Shift. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  // With a Korean input method the key says ㅣ or Process; its place on the keyboard still says L.
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase()
  if (letter && (event.key === 'Process' || /^[^\x20-\x7e]$/.test(event.key))) return letter
  if (event.key.length > 1) return event.shiftKey ? `Shift+${event.key}` : event.key
  return event.key.toLowerCase()
}

export class Keyboard {
  #groups: readonly Group[] = []
  readonly #listeners = new Set<() => void>()

  get groups(): readonly Group[] {
    return this.#groups
  }

  /** The newest group is asked first. Returns how to take it away. */
  add(group: Group): () => void {
    this.#set([...this.#groups, group])
    return () => this.#set(this.#groups.filter(each => each !== group))
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** True when somebody took the key. */
  press(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || wantsText(event.target))
      return false
    const name = keyName(event)
    if (isOwn(event.target, name)) return false
    const bindings = [...this.#groups].reverse().flatMap(group => group.bindings)
    const binding = bindings.find(({ keys }) => keys.includes(name))
    if (binding === undefined) return false
    event.preventDefault()
    binding.run(event)
    return true
  }

  #set(groups: readonly Group[]): void {
    this.#groups = groups
    for (const listener of [...this.#listeners]) listener()
  }
}

function wantsText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['radio', 'checkbox', 'button', 'range'].includes(target.type)
}

/** A focused control keeps the keys that it needs itself, and a dialog all of them. */
function isOwn(target: EventTarget | null, name: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('dialog[open]') !== null) return true
  if (target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement)
    return name === 'Enter' || name === ' '
  if (!(target instanceof HTMLInputElement)) return false
  return name === ' ' || name.startsWith('Arrow') || name === 'Home' || name === 'End'
}
