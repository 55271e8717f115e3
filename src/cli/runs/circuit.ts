/** Runs `qaas circuit`; its options are in `commands/circuit.ts`. */

import { readFile } from 'node:fs/promises'
import { QaasError } from '../../errors.ts'
import { readInstance } from '../../io/read-instance.ts'
import { checkWritable, writeTextFile } from '../../io/write-file.ts'
import { counted } from '../../model/counted.ts'
import type { Circuit } from '../../quantum/circuit/circuit.ts'
import { type CircuitStats, circuitStats } from '../../quantum/circuit/stats.ts'
import { drawDeviceMap } from '../../quantum/draw/device-map.ts'
import { drawSvg } from '../../quantum/draw/svg.ts'
import { drawText } from '../../quantum/draw/text.ts'
import type { EncodingName, MixerName } from '../../quantum/qaoa/encoding.ts'
import { emitQasm } from '../../quantum/qasm/emit.ts'
import { parseQasm } from '../../quantum/qasm/parse.ts'
import { type Device, heronDevice } from '../../quantum/transpile/device.ts'
import { deviceFromIbmProperties } from '../../quantum/transpile/ibm-properties.ts'
import { checkIsa } from '../../quantum/transpile/isa.ts'
import { type Transpiled, transpile } from '../../quantum/transpile/transpile.ts'
import type { ExitCode } from '../command.ts'
import type { CircuitArguments } from '../commands/circuit.ts'
import { instanceCircuit } from '../instance-circuit.ts'
import { instanceOptions } from '../solve-options.ts'

/** Bytes of a file that is still read as a circuit. */
const MAX_FILE_BYTES = 64 * 2 ** 20

export async function run({ positionals: [file], options }: CircuitArguments): Promise<ExitCode> {
  checkOptions(file, options)
  if (options.out !== undefined) await checkWritable(options.out)
  const circuit =
    options.qaoa === undefined ? parseQasm(await readText(file!)) : await builtCircuit(options.qaoa, options)
  const device = await deviceOf(options)
  const laid = device === undefined ? undefined : layOnto(circuit, device, options)
  const shown = laid?.result.circuit ?? circuit
  const drawing = options.draw === undefined ? undefined : draw(shown, laid, options.draw)
  const program = options.qasm === undefined ? undefined : write(shown, laid !== undefined, options)
  const output = drawing ?? program
  if (output !== undefined && options.out !== undefined) await writeTextFile(options.out, endLine(output))
  if (options.json)
    console.log(
      JSON.stringify(report(circuit, laid, options.out === undefined ? output : undefined), null, 2),
    )
  else if (output === undefined || options.out !== undefined) console.log(summary(circuit, laid, options.out))
  else process.stdout.write(endLine(output))
  return 0
}

const endLine = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)

function checkOptions(file: string | undefined, options: CircuitArguments['options']): void {
  const bad = (message: string, advice: string): QaasError =>
    new QaasError('invalid-option', message, { advice })
  if ((file === undefined) === (options.qaoa === undefined))
    throw bad(
      'an OpenQASM file or --qaoa INSTANCE is needed, and not both',
      'Maybe look at "qaas circuit --help".',
    )
  if (options.draw !== undefined && options.qasm !== undefined)
    throw bad('--draw and --qasm contradict each other', 'Maybe run it twice.')
  if (options.out !== undefined && options.draw === undefined && options.qasm === undefined)
    throw bad('--out needs --draw or --qasm to say what to write', 'Maybe add --qasm 3.')
  if (options.transpile !== undefined && options.calibration !== undefined)
    throw bad('--transpile and --calibration both name a device', 'Maybe leave one of them out.')
  const hasDevice = options.transpile !== undefined || options.calibration !== undefined
  if (options.draw === 'map' && !hasDevice)
    throw bad('--draw map needs --transpile to say which device', 'Maybe add --transpile ibm_fez.')
  if (options.fractional && !hasDevice)
    throw bad('--fractional has no meaning without --transpile', 'Maybe add --transpile ibm_fez.')
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    if (bytes.length > MAX_FILE_BYTES)
      throw new QaasError(
        'too-large',
        `${path}: ${bytes.length} bytes is beyond what is read as a circuit (${MAX_FILE_BYTES})`,
      )
    return bytes.toString('utf8')
  } catch (cause) {
    if (QaasError.isInstance(cause)) throw cause
    throw new QaasError('file-system', `${path}: cannot be read`, {
      advice: 'Maybe the path is misspelt.',
      cause,
      data: { file: path },
    })
  }
}

async function builtCircuit(path: string, options: CircuitArguments['options']): Promise<Circuit> {
  const instance = await readInstance(path, instanceOptions(options))
  const { layers, mixer, encoding, gammas, betas, seed } = options
  return instanceCircuit(instance, {
    ...(layers === undefined ? {} : { layers }),
    ...(mixer === undefined ? {} : { mixer: mixer as MixerName }),
    ...(encoding === undefined ? {} : { encoding: encoding as EncodingName }),
    ...(gammas === undefined ? {} : { gammas: numbers(gammas, '--gammas') }),
    ...(betas === undefined ? {} : { betas: numbers(betas, '--betas') }),
    seed: seed ?? 1,
  })
}

function numbers(text: string, name: string): number[] {
  return text.split(',').map((part) => {
    const value = part.trim() === '' ? Number.NaN : Number(part)
    if (!Number.isFinite(value))
      throw new QaasError('invalid-option', `${name}: "${part.trim()}" is not a finite number`, {
        advice: 'Maybe write radians with commas between: 0.4,0.7',
      })
    return value
  })
}

interface Laid {
  readonly device: Device
  readonly result: Transpiled
}

async function deviceOf({
  transpile: name,
  calibration,
}: CircuitArguments['options']): Promise<Device | undefined> {
  if (calibration !== undefined) return deviceFromIbmProperties(await readText(calibration))
  return name === undefined ? undefined : heronDevice(name === 'heron' ? 'ibm_fez' : name)
}

function layOnto(circuit: Circuit, device: Device, { fractional, seed }: CircuitArguments['options']): Laid {
  const result = transpile(circuit, device, { fractional, seed: seed ?? 1 })
  checkIsa(result.circuit, device, { fractional })
  return { device, result }
}

function draw(circuit: Circuit, laid: Laid | undefined, form: string): string {
  if (form === 'text') return drawText(circuit, { width: process.stdout.columns ?? 100 })
  if (form === 'svg') return drawSvg(circuit)
  const { device, result } = laid!
  return drawDeviceMap(device, {
    used: result.components.map(({ qubits }) => ({
      label: `qubits ${qubits.join(', ')}`,
      qubits: qubits.map((qubit) => result.initialLayout[qubit]!),
    })),
  })
}

function write(circuit: Circuit, isLaid: boolean, options: CircuitArguments['options']): string {
  const version = options.qasm === '2' ? 2 : 3
  return emitQasm(circuit, version, {
    physicalQubits: isLaid,
    ...(options.fractional ? { opaqueGates: ['rzz' as const] } : {}),
  })
}

function lineOf(
  name: string,
  { gates, twoQubitGates, depth, twoQubitDepth, usedQubits }: CircuitStats,
): string {
  return `${name}: ${counted(usedQubits.length, 'qubit')}, ${counted(gates, 'gate')}, ${twoQubitGates} on two qubits, depth ${depth} (${twoQubitDepth} of two-qubit gates)`
}

function summary(circuit: Circuit, laid: Laid | undefined, out: string | undefined): string {
  return [
    lineOf('circuit', circuitStats(circuit)),
    ...(laid ? [lineOf(`on ${laid.device.name}`, laid.result.stats), countsOf(laid.result.stats)] : []),
    ...(out === undefined ? [] : [`written to ${out}`]),
  ].join('\n')
}

function countsOf({ counts }: CircuitStats): string {
  return `gates: ${Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')}`
}

function report(circuit: Circuit, laid: Laid | undefined, output: string | undefined): object {
  return {
    circuit: { numQubits: circuit.numQubits, numBits: circuit.numBits, ...circuitStats(circuit) },
    ...(laid
      ? {
          device: laid.device.name,
          transpiled: laid.result.stats,
          initialLayout: [...laid.result.initialLayout],
          finalLayout: [...laid.result.finalLayout],
          components: laid.result.components,
        }
      : {}),
    ...(output === undefined ? {} : { output }),
  }
}
