import type { live as ko } from '../ko/live.ts'
import type { Translation } from '../translation.ts'

export const live: Translation<typeof ko> = {
  picture: 'Image',
  information: 'Image details',
  captured: 'Captured',
  age: 'Age',
  file: 'File',
  resolution: 'Resolution',
  size: 'Size',
  sequence: 'Sequence',
  alt: 'Coil {{coil}}, {{kind}}',
  waiting: 'Waiting for the first image',
  nothing: 'No image to show',
  lost: {
    title: 'The connection to the server is lost',
    text: 'This is the last image received. Reconnecting by itself; if it goes on, check the network and the server.',
    attempt: 'attempt {{count}}',
  },
  stale: {
    title: 'No new image for {{age}}',
    short: 'Delayed {{age}}',
    text: 'The connection works, but no image arrives. If the line is running, check the camera and the storage folder.',
    coil: 'No image of coil {{coil}} arrives. If the line has gone on to the next coil, show all coils.',
  },
  demo: {
    badge: 'Demo image',
    title: 'This is a demo image',
    text: 'No real image has come yet. The first one from the camera replaces it at once.',
  },
  broken: {
    title: 'This image cannot be shown',
    short: 'Cannot be shown',
    text: 'Its file is damaged or gone. The next image appears as soon as it comes.',
  },
  keys: {
    kind: 'Change the image type',
    grid: 'All cameras',
    single: 'One camera, large',
    previous: 'Previous camera',
    next: 'Next camera',
  },
  newestOfAll: 'Newest of all cameras',
  onlyCoil: 'Only coil {{coil}} is shown',
  allCoils: 'Show all coils',
  grid: { title: 'All cameras', count: 'Cameras: {{count}}', picture: 'Image of camera {{camera}}' },
  health: { degraded: 'Part of the system has a problem', down: 'The system has a problem' },
}
