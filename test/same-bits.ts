/** Typed arrays on a copy of their memory: a kernel runs on the originals, its reference on the copies. */

type Columns = Readonly<Record<string, ArrayBufferView>>

/** The arrays of `views` on one copy of the memory they share. */
export function onCopy<T extends object>(views: T): T {
  const columns = Object.entries(views as Columns)
  const copy = new Uint8Array(columns[0]![1].buffer).slice().buffer
  return Object.fromEntries(
    columns.map(([name, view]) => {
      const Type = view.constructor as new (buffer: ArrayBuffer, start: number, length: number) => unknown
      return [name, new Type(copy, view.byteOffset, (view as unknown as ArrayLike<number>).length)]
    }),
  ) as T
}

/** Names of the arrays that differ in a bit. */
export function differing(views: object, copies: object): string[] {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
  return Object.entries(views as Columns)
    .filter(([name, view]) => !bytes(view).equals(bytes((copies as Columns)[name]!)))
    .map(([name]) => name)
}
