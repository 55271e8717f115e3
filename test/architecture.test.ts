/** Holds the import table of docs/architecture.md: who may load whom at run time. Types may go further. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../src/', import.meta.url))

/** Layers each layer may load; `node` stands for Node's own modules and packages that need them. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  errors: [],
  numeric: [],
  model: ['numeric', 'errors'],
  generators: ['model', 'numeric', 'errors'],
  formulation: ['model', 'numeric', 'errors'],
  solve: ['verify', 'model', 'formulation', 'numeric', 'errors'],
  samplers: ['solve', 'formulation', 'numeric', 'errors'],
  quantum: ['solve', 'formulation', 'numeric', 'errors'],
  verify: ['model', 'numeric', 'errors'],
  solvers: ['solve', 'samplers', 'quantum', 'formulation', 'model', 'numeric', 'errors'],
  io: ['model', 'generators', 'formulation', 'numeric', 'errors', 'version', 'node'],
  platform: ['solvers', 'samplers', 'quantum', 'formulation', 'model', 'solve', 'numeric', 'errors', 'node'],
  clock: ['node'],
  agents: ['bus', 'clock', 'errors', 'numeric', 'node'],
  store: ['clock', 'errors', 'numeric', 'node'],
  bus: ['clock', 'errors', 'numeric'],
  telemetry: ['model', 'errors', 'node'],
  orchestrator: [
    'io',
    'model',
    'solve',
    'agents',
    'bus',
    'clock',
    'store',
    'telemetry',
    'numeric',
    'errors',
    'node',
  ],
  report: ['model', 'solve', 'numeric', 'errors', 'node'],
  version: ['node'],
  experiments: ['generators', 'solvers', 'quantum', 'formulation', 'model', 'solve', 'numeric', 'errors'],
  cli: ['*'],
  index: ['*'],
  pure: [
    'formulation',
    'generators',
    'solvers',
    'samplers',
    'quantum',
    'solve',
    'model',
    'numeric',
    'errors',
  ],
}

const PURE = [
  'errors',
  'numeric',
  'model',
  'generators',
  'formulation',
  'solve',
  'solvers',
  'samplers',
  'verify',
  'quantum',
]
/** Packages the pure half may load: they need no platform. */
const PURE_PACKAGES: readonly string[] = ['highs', 'fflate']

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return name === 'wasm' ? [] : sourceFiles(path)
    return /\.ts$/.test(name) && !/\.(test|d)\.ts$/.test(name) ? [path] : []
  })
}

function layerOf(path: string): string {
  return relative(SRC, path).split(/[\\/]/)[0]!.replace(/\.ts$/, '')
}

/** Specifiers of run-time imports; `import type` and lists of only `type x` are left out. */
function runtimeImports(text: string): string[] {
  const found: string[] = []
  const statement = /^(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s*'([^']+)'/gm
  for (const [, type, names, specifier] of text.matchAll(statement)) {
    const list = /^\{(.*)\}$/s.exec(names!.trim())
    const onlyTypes = list?.[1]?.split(',').every((name) => !name.trim() || name.trim().startsWith('type '))
    if (!type && !onlyTypes) found.push(specifier!)
  }
  for (const [, specifier] of text.matchAll(/import\('([^']+)'\)/g)) found.push(specifier!)
  return found
}

function brokenRules(path: string): string[] {
  const layer = layerOf(path)
  const allowed = MAY_IMPORT[layer]
  if (allowed === undefined) return [`${layer} is not in the table`]
  return runtimeImports(readFileSync(path, 'utf8')).flatMap((specifier) => {
    const inside = specifier.startsWith('.') && !specifier.endsWith('.json')
    const target = inside ? layerOf(join(path, '..', specifier)) : 'node'
    if (target === layer || allowed.includes('*') || allowed.includes(target)) return []
    if (target === 'node' && PURE_PACKAGES.includes(specifier.split('/')[0]!)) return []
    return [`${relative(SRC, path)} loads ${specifier}: ${layer} may not load ${target}`]
  })
}

test('every file loads only what its layer may load', () => {
  expect(sourceFiles(SRC).flatMap(brokenRules)).toEqual([])
})

test('the pure half does not reach for a clock, randomness or the console', () => {
  const forbidden = /\b(Math\.random|performance\.now|console\.|process\.|globalThis\.|setTimeout|fetch)\b/
  const offenders = sourceFiles(SRC)
    .filter((path) => PURE.includes(layerOf(path)))
    .filter((path) => forbidden.test(readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')))
  expect(offenders.map((path) => relative(SRC, path))).toEqual([])
})
