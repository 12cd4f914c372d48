import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@coilcast/source', 'module', 'browser', 'development|production'] },
  test: {
    environment: 'jsdom',
    include: ['packages/*/test/**/*.test.{ts,tsx}', 'app/test/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    unstubGlobals: true,
  },
})
