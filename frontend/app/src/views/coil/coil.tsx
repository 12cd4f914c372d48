/** One coil's frames as one strip, from all of it at a glance to the pixels of the file. */
import { useLiveImage } from '@coilcast/live-image/react'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import { api } from '../../data/api.ts'
import { DEFAULT_KINDS, DEFAULT_TYPE } from '../../data/live-filter.ts'
import { formatAge, formatTime } from '../../format.ts'
import { cameraName, useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { KindSwitch } from '../../parts/kind-switch.tsx'
import { usePlace } from '../../place/use-place.ts'
import styles from './coil.module.css'
import { useCoilKeys } from './coil-keys.ts'
import { CoilPicker } from './coil-picker.tsx'
import { coilsQuery, neighbour } from './coils.ts'
import { Notice } from './notice.tsx'
import { ReportStore } from './report-store.ts'
import type { StripText } from './scene.ts'
import { fileOf, StatusLine } from './status-line.tsx'
import type { Strip, StripHost } from './strip.ts'
import { Summary } from './summary.tsx'
import { SurfaceCanvas } from './surface-canvas.tsx'
import { Tools } from './tools.tsx'
import { nextDirection, readDirection } from './turn.ts'
import { useFrames } from './use-frames.ts'
import { readWish, type Wish, writeWish } from './wish.ts'

/** No place along the strip: another coil is shown whole. */
const NO_PLACE = { zoom: undefined, at: undefined, side: undefined }

export default function CoilView() {
  const { t } = useTranslation('coil')
  const { t: common } = useTranslation()
  const { language } = useLook()
  const { place, params, change, open } = usePlace()
  const imageType = params.type ?? DEFAULT_TYPE
  const direction = readDirection(params.along)

  const live = useLiveImage({
    imageType,
    camera: params.camera,
    onImage: image => frames.add(image),
    onError: error => error.code === 'gap' && frames.reload(),
  })
  const { config, isSettled } = live
  const [epoch, setEpoch] = useState(live.epoch)
  if (live.epoch !== null && live.epoch !== epoch) setEpoch(live.epoch)
  const cameras = config?.cameras ?? []
  const camera = params.camera ?? cameras[0]

  const shownLive = live.isDemo ? null : (live.currentImage?.coil_number ?? null)
  const coils = useQuery(coilsQuery(camera))
  const { refetch } = coils
  useEffect(() => {
    // It may be a coil that the list does not have yet.
    if (shownLive !== null) void refetch()
  }, [shownLive, refetch])
  const newest = shownLive ?? lastSeen(coils.data ?? [])
  const coil = params.coil ?? newest
  const query = useMemo(
    () => (coil === null || camera === undefined || !isSettled ? null : { coilNumber: coil, imageType, camera }),
    [coil, imageType, camera, isSettled],
  )
  const frames = useFrames(query, epoch)
  const { images, status } = frames

  const [strip, setStrip] = useState<Strip | null>(null)
  const [reports] = useState(() => new ReportStore())
  const text = useMemo<StripText>(
    () => ({
      timeOf: index => formatTime(images[index]?.timestamp ?? 0, language, config?.timezone).time,
      head: t('head'),
      gap: (missingMs, isCut) => t(isCut ? 'gapCut' : 'gap', { duration: formatAge(roundedS(missingMs), common) }),
    }),
    [images, language, config?.timezone, t, common],
  )

  const written = useRef<string>(null)
  const { zoom, at, side } = params
  useEffect(() => {
    const asked = JSON.stringify([zoom, at, side])
    if (strip === null || asked === written.current) return
    written.current = asked
    strip.show(readWish({ zoom, at, side }, window.devicePixelRatio))
  }, [strip, zoom, at, side])
  // Who looks at a place of the newest coil stays with that coil when the next one begins, until they go back to its end.
  const held = useRef<string>(null)
  const onMoved = (wish: Wish) => {
    const next = writeWish(wish, window.devicePixelRatio)
    written.current = JSON.stringify([next.zoom, next.at, next.side])
    if (wish.kind === 'at' && params.coil === undefined) held.current = coil
    const isReleased = wish.kind !== 'at' && held.current !== null && held.current === params.coil
    if (isReleased) held.current = null
    change({ ...next, coil: isReleased ? undefined : (held.current ?? params.coil) }, { replace: true })
  }

  const openFrame = useCallback(
    (view: 'history' | 'compare', index: number | null) => {
      const image = index === null ? undefined : images[index]
      if (image !== undefined) open(view, fileOf(image))
    },
    [images, open],
  )
  const pick = useCallback(
    (next: string | undefined) => {
      held.current = null
      change({ coil: next, ...NO_PLACE })
    },
    [change],
  )
  const turn = useCallback(() => {
    const next = nextDirection(direction)
    change({ along: next === 'y' ? undefined : next }, { replace: true })
  }, [change, direction])
  const go = useCallback(
    (by: -1 | 1) => {
      const next = neighbour(coils.data ?? [], coil, by)
      if (next !== undefined) pick(next)
    },
    [coils.data, coil, pick],
  )
  const openPointed = useCallback(
    (view: 'history' | 'compare') => openFrame(view, strip?.pointed ?? null),
    [openFrame, strip],
  )
  useCoilKeys({ strip, open: openPointed, go, turn })

  useEffect(() => {
    document.title = `${common('views.coil')}${coil === null ? '' : ` ${coil}`} · ${common('product')}`
  }, [coil, common])

  const addressOf = useCallback<StripHost['addressOf']>(
    (image, source) => (source === 'original' ? api.imageUrl(image) : api.previewUrl(image, source, epoch)),
    [epoch],
  )
  const help = useId()
  const position = useId()
  const isEmpty = images.length === 0
  return (
    <div className={styles.coil}>
      <header className={styles.bar}>
        <CoilPicker
          coils={coils.data ?? NO_COILS}
          coil={coil}
          newest={newest}
          isNewest={params.coil === undefined}
          timeZone={config?.timezone}
          onPick={pick}
        />
        <Summary
          coil={coil ?? '–'}
          frames={frames}
          isRunning={coil !== null && coil === shownLive && !live.isStale}
          timeZone={config?.timezone}
        />
        <div className={styles.kinds}>
          <KindSwitch
            kinds={config?.kinds ?? DEFAULT_KINDS}
            value={imageType}
            onChange={type => change({ type: type === DEFAULT_TYPE ? undefined : type }, { replace: true })}
          />
        </div>
        {cameras.length > 1 && (
          <select
            className={styles.select}
            aria-label={common('camera')}
            value={camera}
            onChange={event => change({ camera: event.target.value }, { replace: true })}
          >
            {cameras.map(each => (
              <option key={each} value={each}>
                {cameraName(common, each)}
              </option>
            ))}
          </select>
        )}
        <Tools strip={strip} reports={reports} onTurn={turn} />
      </header>
      <div className={styles.stage}>
        <SurfaceCanvas
          images={images}
          direction={direction}
          text={text}
          label={t('surface', { coil: coil ?? '' })}
          describedBy={`${position} ${help}`}
          addressOf={addressOf}
          onReport={report => reports.say(report)}
          onMoved={onMoved}
          onOpen={index => openFrame('history', index)}
          onStrip={setStrip}
        />
        {isEmpty && (
          <Notice
            status={coil === null ? (coils.isSuccess && isSettled ? 'noCoils' : 'loading') : status}
            kind={imageType}
            error={frames.error}
            onRetry={frames.reload}
          />
        )}
      </div>
      <p id={help} className="hidden">
        {t('surfaceHelp')}
      </p>
      <StatusLine id={position} reports={reports} images={images} place={place} timeZone={config?.timezone} />
    </div>
  )
}

/** To a tenth as long as that says something. */
function roundedS(ms: number): number {
  return ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000)
}

const NO_COILS: readonly never[] = []

function lastSeen(coils: readonly { coil_number: string; last_at: number }[]): string | null {
  return (
    coils.reduce<{ coil_number: string; last_at: number } | null>(
      (last, coil) => (last === null || coil.last_at > last.last_at ? coil : last),
      null,
    )?.coil_number ?? null
  )
}
