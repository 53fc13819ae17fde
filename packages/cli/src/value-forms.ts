import { inspect } from "node:util"
import { byteCodec } from "@larder/core"
import { UsageError } from "./usage-error.js"

/** The first byte of values in the notation of `byteCodec`. It never changes, because stores contain such values. */
const NOTATION_TAG = 0x04
/** JSON text never begins with a lower byte. */
const LOWEST_OF_JSON = 0x20

/** A value in JSON: as it is, or in the notation of `byteCodec` if JSON cannot represent it. */
export type JsonForm = { readonly value: unknown } | { readonly rich: unknown }

/** Throws a `TypeError` if the notation does not support the value either. */
export function toJsonForm(value: unknown): JsonForm {
  const isPlain = typeof value === "string" || (byteCodec.encode(value)[0] ?? 0) >= LOWEST_OF_JSON
  return isPlain ? { value } : { rich: toRich(value) }
}

// In an array with a value that JSON cannot represent, all values are in the notation, even one that is stored as raw bytes.

function toRich(value: unknown): unknown {
  const stored = byteCodec.encode([undefined, value])
  return (JSON.parse(new TextDecoder().decode(stored.subarray(1))) as unknown[])[1]
}

function fromRich(rich: unknown): unknown {
  const stored = Buffer.from(JSON.stringify(["@u", rich]))
  return (byteCodec.decode(Buffer.concat([Buffer.of(NOTATION_TAG), stored])) as unknown[])[1]
}

/** Formats a value as in source code, except that a string is printed as it is unless the output is a terminal. */
export function valueText(value: unknown, columns: number | undefined): string {
  if (typeof value === "string" && columns === undefined) return value
  return inspect(value, {
    depth: null,
    maxArrayLength: null,
    maxStringLength: null,
    ...(columns !== undefined && { breakLength: columns }),
  })
}

const readers = {
  text: (text: string): unknown => text,
  json: (text: string): unknown => JSON.parse(text),
  rich: (text: string): unknown => fromRich(JSON.parse(text)),
}

/** Reads a value in the form `text`, `json` or `rich`. Throws a `UsageError` if the form or the value is invalid. */
export function readValue(text: string, form = "text"): unknown {
  if (!isForm(form)) throw new UsageError(`--as must be text, json or rich; got ${JSON.stringify(form)}`)
  let value: unknown
  try {
    value = readers[form](text)
  } catch (error) {
    throw new UsageError(`The value is not valid as ${form}: ${String(error)}`, { cause: error })
  }
  if (value === undefined) throw new UsageError("The value is undefined, which a cache cannot store")
  return value
}

function isForm(form: string): form is keyof typeof readers {
  return Object.hasOwn(readers, form)
}
