const longestLine = 2048
const largestValue = 2 ** 30
const carriageReturn = 13
const newline = 10
const space = 32
const letterV = 86
const letterA = 65
const zero = 48
const lineEnd = "\r\n"

/** One reply: `VA 5 t30` and five bytes have the code `VA`, the flags `t30` and a value. */
export interface Reply {
  /** The first word: `HD`, `EN`, `STAT`, `SERVER_ERROR`. */
  readonly code: string
  /** The rest of the line, without the size of a value. */
  readonly flags: string
  /** A copy that nothing else uses. */
  readonly value: Uint8Array | undefined
}

/** A value whose last bytes have not arrived yet. */
interface Gathering {
  readonly flags: string
  readonly chunks: Buffer[]
  /** Including the line end after the value. */
  missing: number
}

/**
 * Splits a stream into replies, wherever the chunks begin and end. Buffers no more than a line or a value. Throws an `Error`
 * for an invalid reply; the parser cannot be used after that.
 */
export class ReplyParser {
  readonly #onReply: (reply: Reply) => void
  #rest: Buffer = Buffer.alloc(0)
  #gathering: Gathering | undefined

  /** What `onReply` throws, `push` throws. */
  constructor(onReply: (reply: Reply) => void) {
    this.#onReply = onReply
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let position = this.#gather(bytes)
    while (position < bytes.length) {
      const end = bytes.indexOf(newline, position)
      if ((end === -1 ? bytes.length : end) - position > longestLine) throw new Error("a line without an end")
      if (end === -1) break
      if (end === position || bytes[end - 1] !== carriageReturn) throw new Error("a line with half an end")
      position = this.#line(bytes, position, end)
    }
    this.#rest = bytes.subarray(position)
  }

  /** Handles a line, with the value after it, and returns where the next one starts. */
  #line(bytes: Buffer, start: number, end: number): number {
    const next = end + 1
    const stop = end - 1
    if (bytes[start] !== letterV || bytes[start + 1] !== letterA || bytes[start + 2] !== space) {
      const [code, flags] = split(bytes.toString("latin1", start, stop))
      this.#onReply({ code, flags, value: undefined })
      return next
    }
    // As bytes, since a batch gets one such line per hit.
    const digits = start + 3
    const digitsEnd = endOfDigits(bytes, digits)
    const size = numberIn(bytes, digits, digitsEnd)
    if (!(size <= largestValue) || (digitsEnd < stop && bytes[digitsEnd] !== space)) {
      const [announced] = split(bytes.toString("latin1", digits, stop))
      throw new Error(`a value of ${announced.slice(0, 40)} bytes`)
    }
    const flags = digitsEnd < stop ? bytes.toString("latin1", digitsEnd + 1, stop) : ""
    const after = next + size
    if (after + lineEnd.length > bytes.length) {
      const chunk = bytes.subarray(next)
      this.#gathering = { flags, chunks: [chunk], missing: size + lineEnd.length - chunk.length }
      return bytes.length
    }
    checkEnd(bytes, after)
    // A copy, because the chunk contains the replies of others.
    const value = Buffer.allocUnsafe(size)
    bytes.copy(value, 0, next, after)
    this.#onReply({ code: "VA", flags, value })
    return after + lineEnd.length
  }

  /** Adds to the incomplete value, if there is one, and returns where its bytes end. */
  #gather(bytes: Buffer): number {
    const gathering = this.#gathering
    if (gathering === undefined) return 0
    const length = Math.min(gathering.missing, bytes.length)
    gathering.chunks.push(bytes.subarray(0, length))
    gathering.missing -= length
    if (gathering.missing > 0) return length
    this.#gathering = undefined
    const whole = Buffer.concat(gathering.chunks)
    const size = whole.length - lineEnd.length
    checkEnd(whole, size)
    this.#onReply({ code: "VA", flags: gathering.flags, value: whole.subarray(0, size) })
    return length
  }
}

function checkEnd(bytes: Buffer, position: number): void {
  if (bytes[position] !== carriageReturn || bytes[position + 1] !== newline) {
    throw new Error("a value of another size than announced")
  }
}

function endOfDigits(bytes: Buffer, start: number): number {
  let end = start
  while (isDigit(bytes[end])) end += 1
  return end
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= zero + 9
}

/** `NaN` where there are no digits. */
function numberIn(bytes: Buffer, start: number, end: number): number {
  if (start === end) return Number.NaN
  let number = 0
  for (let index = start; index < end; index += 1) number = number * 10 + (bytes[index] as number) - zero
  return number
}

function split(line: string): [word: string, rest: string] {
  const space = line.indexOf(" ")
  return space === -1 ? [line, ""] : [line.slice(0, space), line.slice(space + 1)]
}
