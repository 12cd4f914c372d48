/** The package before the real gateway: `npm run test:real`, which needs `.venv/` beside it (ops/prepare makes it). */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/test/real/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 90_000,
  },
})
