/** Dollars in sentences: all the digits a figure has, and never a single digit of cents. */

/** `$20`, `$3.50`, `$0.0125`; `digits` significant ones at most. */
export function dollars(usd: number, digits = 8): string {
  const value = Number(usd.toPrecision(digits))
  const hasOneDecimal = Number.isInteger(Math.round(value * 1e9) / 1e8) && !Number.isInteger(value)
  return `$${hasOneDecimal ? value.toFixed(2) : value}`
}
