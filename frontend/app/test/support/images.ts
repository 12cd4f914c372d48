import type { LiveImage, Preview } from '@coilcast/live-image'

export const T0 = Date.UTC(2025, 10, 24, 2, 0, 0)

export function image(seq: number, more: Partial<LiveImage> = {}): LiveImage {
  const type = more.type ?? 'original'
  const filename = `20251124110000_2891_${seq}_${type}.jpg`
  return {
    filename,
    url: `/image/${type}/${filename}`,
    timestamp: T0 + seq * 1000,
    type,
    coil_number: '2891',
    size: 1_843_200,
    created_at: new Date(T0 + seq * 1000).toISOString(),
    camera: 'main',
    seq,
    width: 2448,
    height: 2048,
    written_at: T0 + seq * 1000,
    seen_at: T0 + seq * 1000,
    ...more,
  }
}

export function preview(seq: number): Preview {
  return { epoch: 'e1', seq, width: 1024, height: 857, blob: new Blob([String(seq)], { type: 'image/jpeg' }) }
}
