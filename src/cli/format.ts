/** Numbers as people read them; no layout. */

/** `$11.07`; small amounts keep four significant digits, so that a cent is not rounded away. */
export function usd(value: number): string {
  if (!Number.isFinite(value)) return 'no limit'
  const digits =
    Math.abs(value) >= 1 || value === 0 ? 2 : Math.min(9, 3 - Math.floor(Math.log10(Math.abs(value))))
  return `$${value.toFixed(digits)}`
}

/** An objective with the digits that tell solvers apart: seven significant ones, at least four decimals. */
export function objectiveText(value: number): string {
  const decimals = Math.max(2, Math.min(6, 6 - Math.floor(Math.log10(Math.max(1, Math.abs(value))))))
  return value.toFixed(decimals).replace(/(\.\d{2,}?)0+$/, '$1')
}

/** A relative gap in percent; what is zero in double arithmetic is said as `0 %`. */
export function percent(fraction: number): string {
  if (Math.abs(fraction) <= 1e-9) return '0 %'
  const value = fraction * 100
  if (Math.abs(value) < 0.0001) return `${value.toExponential(1)} %`
  return `${value.toFixed(Math.abs(value) < 1 ? 4 : 2)} %`
}

/** `12 ms`, `3.4 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1) return `${ms.toFixed(2)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

/** `1,000`. */
export function count(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString('en-US') : 'no limit'
}
