/** The address of one image: by its name, so that it holds as long as the file does, whatever is catalogued anew. */
import type { LiveImage } from '@coilcast/live-image'
import { type Place, writePlace } from '../../place/place.ts'

export function imagePlace({ camera, type, filename }: LiveImage): Place {
  return { view: 'history', params: { camera, type, file: filename } }
}

export function permanentLink(image: LiveImage): string {
  return new URL(writePlace(imagePlace(image)), window.location.origin + window.location.pathname).href
}

/** A browser that is still making up its mind whether the page may is not waited for any longer. */
const PATIENCE_MS = 1000

/** Puts text into the clipboard; false when the browser lets nobody. */
export async function copy(text: string): Promise<boolean> {
  try {
    const late = new Promise<never>((_, give) => window.setTimeout(give, PATIENCE_MS))
    await Promise.race([navigator.clipboard.writeText(text), late])
    return true
  } catch {
    return copyBySelection(text)
  }
}

/** A browser has no clipboard for a page that came over plain HTTP, as in most plants. */
function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'hidden'
  field.readOnly = true
  const focused = document.activeElement
  document.body.append(field)
  field.select()
  try {
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    field.remove()
    if (focused instanceof HTMLElement) focused.focus()
  }
}
