/** What happens now: one camera large, or all of them side by side. */
import { usePlace } from '../../place/use-place.ts'
import { Grid } from './grid.tsx'
import { Single } from './single.tsx'

export function LiveView() {
  const { params } = usePlace()
  return params.grid === undefined ? <Single /> : <Grid />
}
