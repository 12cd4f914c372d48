/** What can be done with the image that is looked at. */
import type { LiveImage } from '@coilcast/live-image'
import { Columns2, Download, Link2, Rows3 } from 'lucide-react'
import { memo, type RefObject } from 'react'
import { api } from '../../data/api.ts'
import { useTranslation } from '../../i18n/translate.ts'
import type { Place } from '../../place/place.ts'
import { inView } from '../../place/place.ts'
import { PlaceLink } from '../../place/place-link.tsx'
import styles from './details.module.css'

interface ActionsProps {
  image: LiveImage
  place: Place
  download: RefObject<HTMLAnchorElement | null>
  onCopy(): void
}

export const Actions = memo(function Actions({ image, place, download, onCopy }: ActionsProps) {
  const { t } = useTranslation('history')
  const { camera, type, coil_number, filename } = image
  const here = { camera, type, coil: coil_number ?? undefined }
  return (
    <div className={styles.actions}>
      <button type="button" className={styles.action} title={`${t('copyLink')} (C)`} onClick={onCopy}>
        <Link2 size={18} aria-hidden="true" />
        {t('copyLink')}
      </button>
      <a
        ref={download}
        className={styles.action}
        title={`${t('download')} (D)`}
        href={api.imageUrl(image)}
        download={filename}
      >
        <Download size={18} aria-hidden="true" />
        {t('download')}
      </a>
      <PlaceLink className={styles.action} to={inView(place, 'compare', { ...here, file: filename })}>
        <Columns2 size={18} aria-hidden="true" />
        {t('compare')}
      </PlaceLink>
      {coil_number !== null && (
        <PlaceLink className={styles.action} to={inView(place, 'coil', here)}>
          <Rows3 size={18} aria-hidden="true" />
          {t('coilView')}
        </PlaceLink>
      )}
    </div>
  )
})
