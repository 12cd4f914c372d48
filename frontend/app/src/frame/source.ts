/** Which bytes of an image to paint next. Pure. */
import type { LiveImage, Preview } from '@coilcast/live-image'

/** `pushed`: the preview that came by itself. `screen`: the same, asked for. `original`: the file. */
export type Source = 'pushed' | 'screen' | 'original'

export interface Wanted {
  image: LiveImage
  /** Which count its number belongs to. */
  epoch: string | null
  isDemo: boolean
  preview: Preview | null
  /** The preview is on its way: asking for it would have it made twice. */
  isPushed: boolean
}

/** So long a pushed preview is waited for before it is asked for. */
export const PREVIEW_GRACE_MS = 400

/** What to load, or null to go on waiting. `failed` are the sources of this image that did not work. */
export function chooseSource(wanted: Wanted, waitedMs: number, failed: ReadonlySet<Source>): Source | null {
  const { image, isDemo, preview, isPushed } = wanted
  if (preview !== null && preview.seq === image.seq && !failed.has('pushed')) return 'pushed'
  const hasPreviews = image.seq !== null && !isDemo
  if (!hasPreviews || failed.has('screen')) return failed.has('original') ? null : 'original'
  return isPushed && !failed.has('pushed') && waitedMs < PREVIEW_GRACE_MS ? null : 'screen'
}

/** Names one version of one image, also on a server that numbers nothing. */
export function frameKey(image: LiveImage): string {
  return `${image.url}#${image.seq ?? image.timestamp}`
}
