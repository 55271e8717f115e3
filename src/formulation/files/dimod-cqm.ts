/** dimod's CQM files: reads versions 1.0 to 2.0 with either width of QUAD, writes 2.0. */
import type { Label } from '../bqm.ts'
import {
  type ConstraintDocument,
  type Cqm,
  type CqmBuilder,
  createCqmBuilder,
  nameOf,
  VARIABLE_TYPES,
} from '../cqm.ts'
import type { Expression, Terms } from '../expression.ts'
import { ByteReader, ByteWriter } from './byte-reader.ts'
import {
  expressionBytes,
  type LabelledModel,
  readExpression,
  readLabelledModel,
  readVariables,
} from './dimod-expression.ts'
import {
  headerBytes,
  labelFromJson,
  labelsFromJson,
  parseJson,
  pythonJson,
  readHeader,
  readSection,
  sectionBytes,
} from './dimod-parts.ts'
import { cannotHold, checkedCount, invalidFile } from './invalid-file.ts'
import { openZip, type ZipArchive } from './zip-reader.ts'
import { writeZip, type ZipEntry } from './zip-writer.ts'

const PREFIX = 'DIMODCQM'
const FORMAT = 'CQM file'

/** @throws QaasError `invalid-file`, `invalid-model` or `too-large` on anything that is not such a file */
export function readDimodCqm(bytes: Uint8Array): Cqm {
  const { major, minor, data } = readHeader(new ByteReader(bytes, FORMAT), PREFIX, FORMAT)
  if (!(major === 1 || (major === 2 && minor === 0)))
    throw invalidFile(FORMAT, `its version is ${major}.${minor}, 1.0 to 2.0 are known`)
  const archive = openZip(bytes)
  const cqm = major === 1 ? readOld(archive) : readNew(archive, data)
  for (const [key, value] of Object.entries(countsOf(cqm)))
    if (Object.hasOwn(data, key) && data[key] !== value)
      throw invalidFile(
        FORMAT,
        `its header says ${key} is ${JSON.stringify(data[key])}, the model has ${value}`,
      )
  return cqm
}

function readNew(archive: ZipArchive, data: Readonly<Record<string, unknown>>): Cqm {
  const info = archive.read('varinfo')
  const count = checkedCount(data.num_variables, 'the number of variables', {
    format: FORMAT,
    limit: Math.floor(info.length / 17),
  })
  const variables = readVariables(readSection(new ByteReader(info, FORMAT), 'VTYP', FORMAT), count)
  const labels = archive.has('variable_labels.json')
    ? labelsFromJson(parseJson(archive.read('variable_labels.json'), FORMAT), FORMAT)
    : undefined
  if (labels !== undefined && labels.length !== count)
    throw invalidFile(FORMAT, `${labels.length} labels for ${count} variables`)
  const builder = createCqmBuilder()
  variables.forEach((variable, v) => {
    builder.addVariable(labels === undefined ? variable : { ...variable, label: labels[v]! })
  })
  builder.setObjective(readExpression(archive.read('objective'), count))
  for (const folder of constraintFolders(archive))
    builder.addConstraint(
      readConstraint(archive, folder, readExpression(archive.read(`${folder}lhs`), count)),
    )
  return builder.build()
}

/** Versions 1.x keep whole models with labels of their own; variables are those of all of them, in order. */
function readOld(archive: ZipArchive): Cqm {
  const builder = createCqmBuilder()
  const known = new Map<string, { readonly index: number; readonly info: string }>()
  const merge = ({ labels, variables, terms }: LabelledModel): Terms => {
    const indices = labels.map((label, k) => indexOf(builder, known, { label, ...variables[k]! }))
    return {
      linear: [...terms.linear].map(([v, bias]) => [indices[v]!, bias] as const),
      quadratic: [...terms.quadratic].map(([u, v, bias]) => [indices[u]!, indices[v]!, bias] as const),
      offset: terms.offset,
    }
  }
  const objective = merge(readLabelledModel(archive.read('objective')))
  const folders = constraintFolders(archive)
  const rows = folders.map((folder) =>
    readConstraint(archive, folder, merge(readLabelledModel(archive.read(`${folder}lhs`)))),
  )
  builder.setObjective(objective)
  for (const row of rows) builder.addConstraint(row)
  const cqm = builder.build()
  if (!cqm.variables.labels?.every((label, v) => label === v)) return cqm
  const { labels: _range, ...variables } = cqm.variables
  return { ...cqm, variables }
}

function indexOf(
  builder: CqmBuilder,
  known: Map<string, { readonly index: number; readonly info: string }>,
  variable: { readonly label: Label } & LabelledModel['variables'][number],
): number {
  const info = `${variable.type} in ${variable.lower} .. ${variable.upper}`
  const key = nameOf(variable.label)
  const found = known.get(key)
  if (found === undefined) {
    const index = builder.addVariable(variable)
    known.set(key, { index, info })
    return index
  }
  if (found.info !== info) throw invalidFile(FORMAT, `variable ${key} is both ${found.info} and ${info}`)
  return found.index
}

/** Folders of constraints in the order of the archive, such as `constraints/"c1"/`. */
function constraintFolders(archive: ZipArchive): string[] {
  const folders = new Set<string>()
  for (const name of archive.names) {
    const match = /^constraints\/[^/]+\//.exec(name)
    if (match !== null) folders.add(match[0])
  }
  return [...folders]
}

function readConstraint(archive: ZipArchive, folder: string, terms: Terms): ConstraintDocument {
  const name = folder.slice('constraints/'.length, -1)
  const label = labelFromJson(parseJson(asBytes(name), FORMAT), FORMAT)
  const number = (entry: string): number =>
    new ByteReader(archive.read(folder + entry), FORMAT).number('float64', entry)
  const word = (entry: string): string => String.fromCharCode(...archive.read(folder + entry).subarray(0, 16))
  const sense = word('sense')
  if (sense !== '==' && sense !== '<=' && sense !== '>=')
    throw invalidFile(FORMAT, `constraint ${name} has the sense ${JSON.stringify(sense)}`)
  const discrete =
    archive.has(`${folder}discrete`) && archive.read(`${folder}discrete`).some((byte) => byte !== 0)
  const row: ConstraintDocument = { terms, sense, rhs: number('rhs'), label, discrete }
  if (!archive.has(`${folder}weight`)) return row
  const penalty = word('penalty')
  if (penalty !== 'linear' && penalty !== 'quadratic')
    throw invalidFile(FORMAT, `constraint ${name} has the penalty ${JSON.stringify(penalty)}`)
  return { ...row, soft: { weight: number('weight'), penalty } }
}

/**
 * @throws QaasError `unsupported` on constraint labels with "/", which dimod's reader cannot split from its paths
 */
export function writeDimodCqm(
  cqm: Cqm,
  { compress = false }: { readonly compress?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const { count, lower, upper, types, labels } = cqm.variables
  const info = new ByteWriter()
  for (let v = 0; v < count; v++) info.uint8(types[v]!).float64(lower[v]!).float64(upper[v]!)
  const entries: ZipEntry[] = [{ name: 'varinfo', content: sectionBytes('VTYP', info.toBytes()) }]
  if (labels !== undefined)
    entries.push({ name: 'variable_labels.json', content: asBytes(pythonJson(labels)) })
  entries.push({ name: 'objective', content: expressionBytes(cqm.objective, 'ObjectiveView') })
  for (const { label, lhs, rhs, sense, soft, discrete } of cqm.constraints) {
    const name = pythonJson(label)
    if (name.includes('/'))
      throw cannotHold('CQM', `the constraint label ${name} has a "/"`, 'Maybe rename the constraint.')
    const add = (entry: string, content: Uint8Array): void => {
      entries.push({ name: `constraints/${name}/${entry}`, content })
    }
    add('lhs', expressionBytes(lhs, 'ConstraintView'))
    add('rhs', new ByteWriter().float64(rhs).toBytes())
    add('sense', asBytes(sense))
    if (discrete) add('discrete', Uint8Array.of(1))
    if (soft === undefined) continue
    add('weight', new ByteWriter().float64(soft.weight).toBytes())
    add('penalty', asBytes(soft.penalty))
  }
  return writeZip(headerBytes(PREFIX, [2, 0], countsOf(cqm)), entries, compress)
}

function asBytes(text: string): Uint8Array<ArrayBuffer> {
  return new ByteWriter().ascii(text).toBytes()
}

const REAL = VARIABLE_TYPES.indexOf('REAL')

/** The counts of the header; dimod recomputes them and raises where they differ. */
function countsOf(cqm: Cqm): Readonly<Record<string, number>> {
  const isReal = (v: number): boolean => cqm.variables.types[v] === REAL
  const expressions = [cqm.objective, ...cqm.constraints.map(({ lhs }) => lhs)]
  const total = (
    count: (expression: Expression) => number,
    over: readonly Expression[] = expressions,
  ): number => over.reduce((sum, expression) => sum + count(expression), 0)
  const inProducts = ({ tails, heads }: Expression): number[] => [...new Set([...tails, ...heads])]
  return {
    num_biases: total(({ variables, quadratic }) => variables.length + quadratic.length),
    num_constraints: cqm.constraints.length,
    num_linear_biases_real: total(({ variables }) => variables.filter(isReal).length),
    num_quadratic_variables: total((expression) => inProducts(expression).length, expressions.slice(1)),
    num_quadratic_variables_real: total((expression) => inProducts(expression).filter(isReal).length),
    num_variables: cqm.variables.count,
    num_weighted_constraints: cqm.constraints.filter(({ soft }) => soft !== undefined).length,
  }
}
