/** Looking back: by camera, kind, coil and time, along a filmstrip of all that matches, each image by a link that holds. */
import { ApiError, type LiveImage } from '@coilcast/live-image'
import { useCallback, useEffect, useRef, useState } from 'react'
import { DEFAULT_KINDS } from '../../data/live-filter.ts'
import { useTranslation } from '../../i18n/translate.ts'
import { usePlace } from '../../place/use-place.ts'
import { useIsFit, useZoomInPlace, useZoomKeys } from '../../zoom/use-zoom-gestures.ts'
import { ZoomTools } from '../../zoom/zoom-tools.tsx'
import { Actions } from './actions.tsx'
import { Details } from './details.tsx'
import { EVERYTHING } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import styles from './history.module.css'
import { copy, permanentLink } from './link.ts'
import { Notice } from './notice.tsx'
import { Picture } from './picture.tsx'
import { Scrubber, type ScrubberHandle } from './scrubber.tsx'
import { Strip, type StripHandle } from './strip.tsx'
import { Toolbar } from './toolbar.tsx'
import { useHistory } from './use-history.ts'
import { useSaying } from './use-saying.ts'
import { useHistoryKeys, useSteps } from './use-steps.ts'

export default function HistoryView() {
  const { t } = useTranslation('history')
  const { t: common } = useTranslation()
  const { place, params, change } = usePlace()
  const { config, epoch, filter, answer, timeline, arrived, coils, selection, takeIn } = useHistory()
  const { index, image, details, isOutside, go } = selection
  const timeZone = config?.timezone
  const [shown, setShown] = useState<LiveImage | null>(null)
  const [broken, setBroken] = useState<LiveImage | null>(null)
  const onShown = useCallback((next: LiveImage) => {
    setShown(next)
    setBroken(null)
  }, [])
  const { said, say } = useSaying()

  const isMissing = details.error instanceof ApiError && details.error.status === 404 && image === null
  const isUnknown = details.isError && image === null
  // Of the picture on the screen, never of the one on its way.
  const about = isUnknown ? null : (broken ?? shown)
  const isOf = details.data?.image.filename === about?.filename && details.data?.image.type === about?.type

  const steps = useSteps({ timeline, selection, filter, coils, arrived, image: image ?? about, takeIn, say })
  const zoom = useZoomInPlace()
  useZoomKeys(zoom)
  const download = useRef<HTMLAnchorElement>(null)
  const copyLink = useCallback(async () => {
    if (about !== null) say((await copy(permanentLink(about))) ? t('copied') : t('notCopied'))
  }, [about, say, t])
  const save = useCallback(() => download.current?.click(), [])
  useHistoryKeys(steps, { takeIn, copyLink, download: save }, useIsFit(zoom))

  const strip = useRef<StripHandle>(null)
  const scrubber = useRef<ScrubberHandle>(null)
  const reveal = useCallback((at: number) => strip.current?.reveal(at), [])
  const look = useCallback((first: number, last: number) => scrubber.current?.look(first, last), [])

  const title = about === null ? common('views.history') : (about.coil_number ?? common('noCoil'))
  useEffect(() => {
    document.title = `${title} · ${common('product')}`
  }, [title, common])

  /** The same frame of another kind, or else what was captured then. */
  const chooseKind = (type: string) => change({ type, file: details.data?.twins[type]?.filename })
  const isFiltered = (['coil', 'from', 'to'] as const).some(name => params[name] !== undefined)

  return (
    <div className={styles.history}>
      <FilterBar
        filter={filter}
        kinds={config?.kinds ?? DEFAULT_KINDS}
        cameras={config?.cameras ?? []}
        coils={coils}
        timeZone={timeZone}
        onKind={chooseKind}
        onChange={change}
      />
      <div className={styles.middle}>
        <section className={styles.stage} aria-label={t('picture')}>
          <Picture image={isUnknown ? null : image} epoch={epoch} zoom={zoom} onShown={onShown} onBroken={setBroken} />
          {isMissing ? (
            <Notice title={t('missingImage.title')} text={t('missingImage.text')} quoted={params.file}>
              <button type="button" className="button" onClick={() => change({ file: undefined }, { replace: true })}>
                {t('nearest')}
              </button>
            </Notice>
          ) : isUnknown ? (
            <Notice title={common('unavailable')} quoted={details.error?.message}>
              <button type="button" className="button" onClick={() => void details.refetch()}>
                {t('again')}
              </button>
            </Notice>
          ) : broken !== null && broken === (image ?? broken) ? (
            <Notice title={t('broken.title')} text={t('broken.text')} quoted={broken.filename} />
          ) : null}
          <div className={styles.zoom}>
            <ZoomTools zoom={zoom} />
          </div>
        </section>
        <aside className={styles.side} aria-label={t('information')}>
          {about !== null && (
            <Details image={about} details={isOf ? (details.data ?? null) : null} timeZone={timeZone}>
              <Actions image={about} place={place} download={download} onCopy={copyLink} />
            </Details>
          )}
        </aside>
      </div>
      <Toolbar
        steps={steps}
        place={place}
        index={index}
        total={timeline?.total ?? 0}
        arrived={arrived}
        onTakeIn={takeIn}
      />
      {timeline !== null ? (
        <>
          <Scrubber
            timeline={timeline}
            coils={coils}
            timeZone={timeZone}
            index={index}
            timeMs={image?.timestamp ?? null}
            handle={scrubber}
            onReveal={reveal}
            onSelect={go}
          />
          <Strip
            key={`${filter.camera} ${filter.imageType} ${filter.coilNumber} ${filter.from} ${filter.to}`}
            timeline={timeline}
            filter={filter}
            epoch={epoch}
            timeZone={timeZone}
            selected={index}
            handle={strip}
            onSelect={go}
            onLook={look}
          />
        </>
      ) : answer.isError ? (
        <Notice title={common('unavailable')} quoted={answer.error.message}>
          <button type="button" className="button" onClick={() => void answer.refetch()}>
            {t('again')}
          </button>
        </Notice>
      ) : answer.isSuccess ? (
        <Notice title={t('nothing.title')} text={isFiltered ? t('nothing.filtered') : t('nothing.yet')}>
          {isFiltered && (
            <button type="button" className="button" onClick={() => change(EVERYTHING)}>
              {t('clear')}
            </button>
          )}
        </Notice>
      ) : (
        <p className={styles.loading}>{common('loading')}</p>
      )}
      <p className={styles.said} aria-live="polite" data-said={said !== '' || isOutside || undefined}>
        {said || (isOutside ? t('outside') : '')}
      </p>
    </div>
  )
}
