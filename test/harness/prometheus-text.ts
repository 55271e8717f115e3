/** A strict reader of the Prometheus text format 0.0.4, as a scraper sees it. */

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: (-?\d+))?$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y

/** @throws Error on anything a scraper would refuse, and on families that contradict themselves */
export function readPrometheus(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line must end')
  const families = new Map<string, { name: string; type: string; help: string; samples: Sample[] }>()
  let current: { name: string; type: string; help: string; samples: Sample[] } | undefined
  for (const line of text.split('\n')) {
    if (line === '') continue
    const [, word, name, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (word === undefined && line.startsWith('#')) continue
    if (word !== undefined) {
      if (!NAME.test(name!)) throw new Error(`bad name in ${line}`)
      if (current?.name !== name) {
        if (families.has(name!)) throw new Error(`${name} is told twice`)
        current = { name: name!, type: '', help: '', samples: [] }
        families.set(name!, current)
      }
      if (word === 'TYPE') current!.type = rest!
      else current!.help = rest!
      continue
    }
    const sample = readSample(line)
    const family = sample.name.replace(/_(bucket|sum|count)$/, '')
    const belongs =
      current?.name === sample.name || (current?.name === family && current.type === 'histogram')
    if (!belongs) throw new Error(`${line} stands under ${current?.name}`)
    current!.samples.push(sample)
  }
  for (const family of families.values()) if (family.type === 'histogram') checkHistogram(family)
  return families
}

function readSample(line: string): Sample {
  const [, name, inside = '', text] = SAMPLE.exec(line) ?? []
  if (name === undefined) throw new Error(`not a sample: ${line}`)
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  while (LABEL.lastIndex < inside.length) {
    const found = LABEL.exec(inside)
    if (!found || found[1]! in labels) throw new Error(`bad labels: ${line}`)
    labels[found[1]!] = found[2]!
  }
  const value = text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text)
  if (Number.isNaN(value) && text !== 'NaN') throw new Error(`bad value: ${line}`)
  return { name, labels, value }
}

/** Buckets grow, the last is +Inf and equals the count. */
function checkHistogram({ name, samples }: Family): void {
  const series = new Map<string, Sample[]>()
  for (const sample of samples) {
    const { le, ...rest } = sample.labels
    const key = JSON.stringify(rest)
    series.set(key, [...(series.get(key) ?? []), sample])
  }
  for (const own of series.values()) {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`)
    const bounds = buckets.map(({ labels }) => (labels.le === '+Inf' ? Infinity : Number(labels.le)))
    for (let k = 1; k < buckets.length; k++)
      if (!(bounds[k]! > bounds[k - 1]!) || buckets[k]!.value < buckets[k - 1]!.value)
        throw new Error(`${name}: buckets do not grow`)
    const counted = own.find((sample) => sample.name === `${name}_count`)?.value
    if (bounds.at(-1) !== Infinity || buckets.at(-1)!.value !== counted)
      throw new Error(`${name}: the last bucket is not the count`)
  }
}
