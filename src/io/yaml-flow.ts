/** Writes plain data as YAML in flow style, on one line; quotes only what needs it. */

/** Words that YAML would not read as text. */
const RESERVED = /^(?:null|true|false|~|nan|inf)$/i
const PLAIN = /^[A-Za-z_][\w./-]*(?: [\w./-]+)*$/

export function yamlFlow(value: unknown): string {
  if (typeof value === 'string') return yamlText(value)
  if (Array.isArray(value)) return `[${value.map(yamlFlow).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, inner]) => inner !== undefined)
    if (fields.length === 0) return '{}'
    return `{ ${fields.map(([key, inner]) => `${yamlText(key)}: ${yamlFlow(inner)}`).join(', ')} }`
  }
  return JSON.stringify(value) ?? 'null'
}

function yamlText(text: string): string {
  if (text.length < 200 && PLAIN.test(text) && !RESERVED.test(text)) return text
  // YAML breaks lines also at these, inside quotes too; JSON leaves them as they are.
  return JSON.stringify(text).replace(/[\u0085\u2028\u2029\ufeff\u007f]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
