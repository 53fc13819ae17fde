import { inspect } from "node:util"
import { byteCodec } from "@larder/core"
import { UsageError } from "./usage-error.js"

/** What `byteCodec` begins a value in its notation with. Such values are in stores, so it never changes. */
const NOTATION_TAG = 0x04
/** No JSON text begins with a lower byte. */
const LOWEST_OF_JSON = 0x20

/** A value in JSON: as it is, or what JSON would lose in the notation of `byteCodec`. */
export type JsonForm = { readonly value: unknown } | { readonly rich: unknown }

/** Throws a `TypeError` for what the notation does not support. */
export function toJsonForm(value: unknown): JsonForm {
  const isPlain = typeof value === "string" || (byteCodec.encode(value)[0] ?? 0) >= LOWEST_OF_JSON
  return isPlain ? { value } : { rich: toRich(value) }
}

// Inside an array with something that JSON has not, every value is in the notation: also one that is stored as raw bytes.

function toRich(value: unknown): unknown {
  const stored = byteCodec.encode([undefined, value])
  return (JSON.parse(new TextDecoder().decode(stored.subarray(1))) as unknown[])[1]
}

function fromRich(rich: unknown): unknown {
  const stored = Buffer.from(JSON.stringify(["@u", rich]))
  return (byteCodec.decode(Buffer.concat([Buffer.of(NOTATION_TAG), stored])) as unknown[])[1]
}

/** For people: a text as it is where a program reads it, everything else as source code would have it. */
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

/** The value that a text is in one of the forms `text`, `json` and `rich`. Throws a `UsageError` if it is none. */
export function readValue(text: string, form = "text"): unknown {
  if (!isForm(form)) throw new UsageError(`--as is ${Object.keys(readers).join(", ")}; got ${JSON.stringify(form)}`)
  let value: unknown
  try {
    value = readers[form](text)
  } catch (error) {
    throw new UsageError(`The value is not ${form}: ${String(error)}`, { cause: error })
  }
  if (value === undefined) throw new UsageError("The value is undefined, which is what a miss is")
  return value
}

function isForm(form: string): form is keyof typeof readers {
  return Object.hasOwn(readers, form)
}
