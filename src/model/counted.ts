/** A number with its noun: `1 task`, `2 tasks`, `1,000 tasks`. */
export function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${String(value).replace(/\B(?=(\d{3})+$)/g, ',')} ${value === 1 ? one : many}`
}
