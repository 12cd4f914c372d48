import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import panel from './package.json' with { type: 'json' }

const gateway = process.env.COILCAST_GATEWAY ?? 'http://127.0.0.1:8081'

export default defineConfig({
  plugins: [react()],
  define: { __PANEL_VERSION__: JSON.stringify(panel.version) },
  resolve: {
    conditions: ['@coilcast/source', 'module', 'browser', 'development|production'],
    alias: [
      {
        find: /^\.\.\/createLucideIcon\.mjs$/,
        replacement: fileURLToPath(new URL('src/parts/make-icon.ts', import.meta.url)),
      },
    ],
  },
  build: {
    outDir: '../../services/gateway/panel',
    emptyOutDir: true,
    // The content security policy allows no data: address for fonts, and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(
      ['/ws', '/api', '/image', '/preview', '/demo-image.jpg', '/health'].map(path => [
        path,
        { target: gateway, ws: path === '/ws' },
      ]),
    ),
  },
})
