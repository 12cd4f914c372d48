/** How values from outside are looked at before they are believed. */
export type Fields = Record<string, unknown>

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const isString = (value: unknown): value is string => typeof value === 'string'
export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
export const isStrings = (value: unknown): value is string[] => Array.isArray(value) && value.every(isString)
export const numberOrNull = (value: unknown): number | null => (isNumber(value) ? value : null)
export const stringOrNull = (value: unknown): string | null => (isString(value) ? value : null)

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** What `read` makes of each of a list's elements; null when it is no list, or when one of them reads as null. */
export function readEach<T>(value: unknown, read: (element: unknown) => T | null): T[] | null {
  if (!Array.isArray(value)) return null
  const found: T[] = []
  for (const element of value) {
    const one = read(element)
    if (one === null) return null
    found.push(one)
  }
  return found
}

export function parsePair(value: unknown): [number, number] | null {
  if (!Array.isArray(value)) return null
  const [one, two]: unknown[] = value
  return isNumber(one) && isNumber(two) ? [one, two] : null
}
