import { useTranslation } from 'react-i18next'

export default function CoilView() {
  const { t } = useTranslation()
  return <h2>{t('views.coil')}</h2>
}
