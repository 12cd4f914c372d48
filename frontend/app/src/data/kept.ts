/** What is kept on this screen. A browser that keeps nothing (private, full, forbidden) forgets it when the page is closed. */
const PREFIX = 'coilcast.'

export function readKept(name: string): string | null {
  try {
    return window.localStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

/** Null takes it away. */
export function keep(name: string, value: string | null): void {
  try {
    if (value === null) window.localStorage.removeItem(PREFIX + name)
    else window.localStorage.setItem(PREFIX + name, value)
  } catch {
    // Then it holds until the page is closed.
  }
}
