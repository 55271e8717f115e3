// Compiles every kernels/assembly/*.ts to WebAssembly and embeds it as src/numeric/wasm/<name>.ts (base64).
// Folders in there hold parts that kernels import. A kernel is rebuilt only when its source, or a part of any kernel, is
// newer than what was embedded.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const assembly = fileURLToPath(new URL('./assembly/', import.meta.url))
const output = fileURLToPath(new URL('../src/numeric/wasm/', import.meta.url))

/** A kernel file may state its own compiler flags in a first line `// asc: --flag ...`. */
function flagsOf(source) {
  const match = /^\/\/ asc: (.*)$/m.exec(source.slice(0, 400))
  return match ? match[1].trim().split(/\s+/) : []
}

async function compile(name, source) {
  const asc = await import('assemblyscript/asc')
  const { error, stderr, stdout } = await asc.main(
    [
      `${name}.ts`,
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      '--enable',
      'simd',
      '--enable',
      'bulk-memory',
      ...flagsOf(source),
      '--outFile',
      `${name}.wasm`,
      '--baseDir',
      assembly,
    ],
    {
      writeFile: (file, contents) => {
        if (file.endsWith('.wasm')) binary = contents
      },
    },
  )
  if (error) throw new Error(`kernel ${name}: ${error.message}\n${stdout.toString()}${stderr.toString()}`)
  return binary
}

const newest = (files) => Math.max(0, ...files.map((file) => statSync(join(assembly, file)).mtimeMs))

let binary
const parts = readdirSync(assembly, { recursive: true }).filter((file) => dirname(file) !== '.')
const partsChanged = newest(parts)
mkdirSync(output, { recursive: true })
for (const file of readdirSync(assembly).filter((f) => f.endsWith('.ts') && !f.endsWith('.d.ts'))) {
  const name = basename(file, '.ts')
  const sourcePath = join(assembly, file)
  const targetPath = join(output, `${name}.ts`)
  const changed = Math.max(newest([file]), partsChanged)
  if (existsSync(targetPath) && statSync(targetPath).mtimeMs > changed) continue
  const bytes = await compile(name, readFileSync(sourcePath, 'utf8'))
  writeFileSync(
    targetPath,
    `// Compiled from kernels/assembly/${file} by kernels/build.mjs; not in version control.\nexport const wasmBase64: string =\n  '${Buffer.from(bytes).toString('base64')}'\n`,
  )
  console.log(`kernel ${name}: ${bytes.length} bytes`)
}
