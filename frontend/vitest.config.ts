import { configDefaults, defineConfig } from 'vitest/config'
import panel from './app/package.json' with { type: 'json' }

export default defineConfig({
  resolve: { conditions: ['@coilcast/source', 'module', 'browser', 'development|production'] },
  define: { __PANEL_VERSION__: JSON.stringify(panel.version) },
  test: {
    environment: 'jsdom',
    include: ['packages/*/test/**/*.test.{ts,tsx}', 'app/test/**/*.test.{ts,tsx}'],
    // Those need more than this checkout's front end: vitest.real.config.ts.
    exclude: [...configDefaults.exclude, '**/test/real/**'],
    restoreMocks: true,
    unstubGlobals: true,
  },
})
