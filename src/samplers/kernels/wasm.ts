/** Instantiates an embedded WebAssembly kernel on an arena's memory. */
import { decodeBase64 } from '../../numeric/base64.ts'
import type { Arena } from './arena.ts'

const modules = new Map<string, WebAssembly.Module>()

/** The kernel's exported functions, or undefined where WebAssembly with shared memory and SIMD cannot run. */
export function instantiate<Exports>(wasmBase64: string, arena: Arena): Exports | undefined {
  if (arena.memory === undefined) return undefined
  try {
    let module = modules.get(wasmBase64)
    if (module === undefined) {
      module = new WebAssembly.Module(decodeBase64(wasmBase64))
      modules.set(wasmBase64, module)
    }
    return new WebAssembly.Instance(module, { env: { memory: arena.memory } }).exports as Exports
  } catch {
    return undefined
  }
}
