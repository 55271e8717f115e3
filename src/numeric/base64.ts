/** Base64 decoding without a platform; not an encoder. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The bytes of a padded base64 string. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const codes = new Uint8Array(128)
  for (let i = 0; i < 64; i++) codes[ALPHABET.charCodeAt(i)] = i
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let at = 0
  for (let i = 0; i < text.length; i += 4) {
    const word =
      (codes[text.charCodeAt(i)]! << 18) |
      (codes[text.charCodeAt(i + 1)]! << 12) |
      (codes[text.charCodeAt(i + 2)]! << 6) |
      codes[text.charCodeAt(i + 3)]!
    bytes[at++] = word >>> 16
    if (at < bytes.length) bytes[at++] = (word >>> 8) & 255
    if (at < bytes.length) bytes[at++] = word & 255
  }
  return bytes
}
