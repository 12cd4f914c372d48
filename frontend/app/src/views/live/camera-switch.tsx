/** Which camera is shown large, and the way to all of them. Nothing where there is only one. */
import { Grid2x2 } from 'lucide-react'
import { memo } from 'react'
import { cameraName, useTranslation } from '../../i18n/translate.ts'
import styles from './controls.module.css'
import type { Choices } from './use-choices.ts'

export const CameraSwitch = memo(function CameraSwitch({ choices }: { choices: Choices }) {
  const { t } = useTranslation('live')
  const { t: common } = useTranslation()
  const { cameras, camera, choose } = choices
  const isUnknown = camera !== undefined && !cameras.includes(camera)
  if (cameras.length < 2 && !isUnknown) return null
  return (
    <div className={styles.cameras}>
      <select
        className={styles.select}
        aria-label={common('camera')}
        value={camera ?? ''}
        onChange={event => choose.camera(event.target.value || undefined)}
      >
        <option value="">{t('newestOfAll')}</option>
        {isUnknown && <option value={camera}>{cameraName(common, camera)}</option>}
        {cameras.map(each => (
          <option key={each} value={each}>
            {cameraName(common, each)}
          </option>
        ))}
      </select>
      <button type="button" className={styles.tool} title={`${t('keys.grid')} (G)`} onClick={() => choose.grid(true)}>
        <Grid2x2 size="1.25em" aria-hidden="true" />
        <span className="hidden">{t('keys.grid')}</span>
      </button>
    </div>
  )
})
