import { useTranslation } from 'react-i18next'

export default function CompareView() {
  const { t } = useTranslation()
  return <h2>{t('views.compare')}</h2>
}
