/** The package as others get it: packed, installed into a blank Vite app with the examples of its README, built, rendered. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const PACKAGE = resolve(import.meta.dirname, '../..')
const MODULES = resolve(PACKAGE, '../../node_modules')
const README = readFileSync(join(PACKAGE, 'README.md'), 'utf8')

/** What a blank Vite app with React and TypeScript has of its own. */
const TOOLS = ['@types/react', '@types/react-dom', '@vitejs/plugin-react', 'react', 'react-dom', 'typescript', 'vite']

const FILES: Record<string, string> = {
  'package.json': JSON.stringify({ name: 'blank', private: true, type: 'module', version: '0.0.0' }),
  'index.html': '<!doctype html><div id="root"></div><script type="module" src="/src/main.tsx"></script>',
  'vite.config.ts': `import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
export default defineConfig({ plugins: [react()] })
`,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
      module: 'ESNext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
      types: [],
      strict: true,
      noEmit: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      moduleDetection: 'force',
    },
    include: ['src'],
  }),
  'src/main.tsx': `import { createRoot } from 'react-dom/client'
import { CoilView } from './example-0'
import { ShiftReport } from './example-1'
import './plain-0'
const root = document.getElementById('root')
if (root) createRoot(root).render(<><CoilView /><ShiftReport coil="2891" /></>)
`,
  // That the types are there, and are not \`any\`.
  'src/types.ts': `import { clientFor, createApi, type LiveImage } from '@coilcast/live-image'
import { useImageHistory, useLiveImage } from '@coilcast/live-image/react'
export const image = (): LiveImage | null => clientFor().view({ imageType: 'original' }).get().currentImage
export const total = async (): Promise<number> => (await createApi().density()).total
// @ts-expect-error
export const wrong: number = clientFor().view().get().connectionType
// @ts-expect-error
export const noOption = () => useLiveImage({ imageTyp: 'original' })
// @ts-expect-error
export const noOrder = () => useImageHistory({ order: 'random' })
`,
  'src/server.tsx': `import { renderToString } from 'react-dom/server'
import { clientFor, createApi, LiveImageClient } from '@coilcast/live-image'
import { CoilView } from './example-0'
import { ShiftReport } from './example-1'
const parts = [clientFor, createApi, LiveImageClient].map(part => typeof part)
console.log(renderToString(<><CoilView /><ShiftReport coil="2891" /></>), parts.join())
`,
}

let folder: string
let tarball = ''

afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blank-app-'))
  const packed = run('npm', ['pack', '--json', '--pack-destination', folder], PACKAGE)
  tarball = readdirSync(folder).find(name => name.endsWith('.tgz')) ?? ''
  expect(tarball, packed).not.toBe('')
  for (const [name, text] of Object.entries(FILES)) put(name, text)
  for (const [index, text] of examples('tsx').entries()) put(`src/example-${index}.tsx`, text)
  for (const [index, text] of examples('ts').entries()) put(`src/plain-${index}.ts`, text)
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`])
  for (const name of TOOLS) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true })
    symlinkSync(join(MODULES, name), join(folder, 'node_modules', name))
  }
})

/** The code blocks of the README in this language, letter by letter. */
function examples(language: string): string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text ?? '')
}

function put(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

/** What a program says; all of it stands in the error when it fails. */
function run(program: string, options: string[], cwd = folder): string {
  // Vitest's own settings are none of a blank app's.
  const { NODE_ENV: _, ...env } = process.env
  try {
    return execFileSync(program, options, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${program} ${options.join(' ')}:\n${stdout}\n${stderr}`)
  }
}

const tool = (path: string, ...options: string[]) =>
  run(process.execPath, [join(folder, 'node_modules', path), ...options])

test('holds what is needed and nothing else', () => {
  const files = run('tar', ['-tzf', tarball]).trim().split('\n')
  const others = files.filter(name => !/^package\/dist\/[a-z-]+(\.d\.ts|\.js)$/.test(name))
  expect(others.sort()).toEqual(['package/LICENSE', 'package/README.md', 'package/package.json'])
  expect(files).toContain('package/dist/react.js')
  const sources = readdirSync(join(PACKAGE, 'src')).map(name => name.replace(/\.ts$/, ''))
  const built = files
    .filter(name => name.endsWith('.d.ts'))
    .map(name => name.slice('package/dist/'.length, -'.d.ts'.length))
  expect(built.sort()).toEqual(sources.sort())
})

test('the examples of the README are typed as they stand', () => {
  expect(examples('tsx')).toHaveLength(2)
  expect(examples('ts')).toHaveLength(2)
  tool('typescript/bin/tsc', '-p', '.')
})

test('a blank Vite app with them is built', () => {
  tool('vite/bin/vite.js', 'build', '--logLevel', 'warn')
  const scripts = readdirSync(join(folder, 'dist/assets')).filter(name => name.endsWith('.js'))
  const code = scripts.map(name => readFileSync(join(folder, 'dist/assets', name), 'utf8')).join('')
  expect(code).toContain('Waiting for the first image')
  expect(code).toContain('image_update')
})

test('a server renders them without a window', () => {
  tool('vite/bin/vite.js', 'build', '--ssr', 'src/server.tsx', '--outDir', 'server', '--logLevel', 'warn')
  const said = run(process.execPath, ['server/server.js'])
  expect(said).toContain('<p>Waiting for the first image</p>')
  expect(said).toContain('unknown')
  expect(said).toContain('function,function,function')
})

test('the client works where there is no React', () => {
  const outside = mkdtempSync(join(tmpdir(), 'no-react-'))
  try {
    const into = join(outside, 'node_modules/@coilcast/live-image')
    mkdirSync(into, { recursive: true })
    run('tar', ['-xzf', tarball, '--strip-components=1', '-C', into])
    const script = "import { clientFor } from '@coilcast/live-image'; console.log(typeof clientFor)"
    expect(run(process.execPath, ['--input-type=module', '--eval', script], outside)).toBe('function\n')
    const react = script.replace("live-image'", "live-image/react'")
    expect(() => run(process.execPath, ['--input-type=module', '--eval', react], outside)).toThrow(
      "Cannot find package 'react'",
    )
  } finally {
    rmSync(outside, { recursive: true, force: true })
  }
})
