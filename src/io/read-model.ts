/** Reads model files, gzip or not, in the format that is said or that the name means; errors name the file. */
import { QaasError } from '../errors.ts'
import {
  MODEL_FORMATS,
  type Model,
  type ModelFormatName,
  modelFormatOf,
  type ReadOptions,
  readModel,
} from '../formulation/files/formats.ts'
import { decodeText, readBytes } from './text-file.ts'

export interface ReadModelOptions extends ReadOptions {
  /** Found from the name when left out. */
  readonly format?: ModelFormatName
}

/** The model format of a file by its name, or by its content for a `.json` that is dimod's; undefined for instances. */
export async function modelFormatOfFile(path: string): Promise<ModelFormatName | undefined> {
  const format = modelFormatOf(path)
  if (format !== undefined || !/\.json(\.gz)?$/i.test(path)) return format
  const head = (await readBytes(path)).subarray(0, 4096).toString('latin1')
  return head.includes('"bqm_schema"') ? 'dimod-json' : undefined
}

/** @throws QaasError `file-system`, `invalid-option`, `invalid-file`, `invalid-model`, `too-large`, `unsupported` */
export async function readModelFile(path: string, options: ReadModelOptions = {}): Promise<Model> {
  const format = options.format ?? modelFormatOf(path)
  if (format === undefined)
    throw new QaasError('invalid-option', `${path}: the name does not say which model format it is`, {
      advice: `Maybe name it with --from: ${Object.keys(MODEL_FORMATS).join(', ')}.`,
      data: { file: path },
    })
  const bytes = await readBytes(path, MODEL_FORMATS[format].content)
  try {
    return readModel(format, bytes, { ...options, text: () => decodeText(path, bytes) })
  } catch (error) {
    if (!QaasError.isInstance(error) || error.message.startsWith(path)) throw error
    const [message, advice] = error.message.split('\n')
    throw new QaasError(error.code, `${path}: ${message}`, {
      ...(advice === undefined ? {} : { advice }),
      cause: error,
      data: { ...error.data, file: path },
    })
  }
}
