import { deserialize, serialize } from "node:v8"
import { byteCodec } from "@larder/core"

const plainRows = Array.from({ length: 40 }, (_, id) => ({
  id,
  title: `Annual message number ${id}`,
  author: { name: "A. Lincoln", party: "Republican" },
  words: 8_000 + id,
  tags: ["union", "war", "budget"],
  summary: null,
}))
const datedRows = plainRows.map((row) => ({ ...row, published: new Date(row.id * 86_400_000), views: 5n }))
const page = `<article><h1>"Union" & more</h1>\n<p>${"Fellow citizens of the Senate. ".repeat(300)}</p></article>`

export const title = "Codec: encoding and decoding"
export const note =
  "Microseconds to encode and to decode (`back`) 40 database rows of plain JSON (about 6 kB), the same rows with a Date and " +
  "a bigint each, a page of HTML as one string, and a counter."
export const baseline = "JSON and Buffer"
export const unit = "µs"
export const operations = [
  "rows",
  "rows back",
  "dated rows",
  "dated rows back",
  "page",
  "page back",
  "counter",
  "counter back",
]

function measured(encode, decode, { dates = true } = {}) {
  const values = { rows: plainRows, ...(dates && { "dated rows": datedRows }), page, counter: 42 }
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const bytes = encode(value)
      return [
        [name, async () => encode(value)],
        [`${name} back`, async () => decode(bytes)],
      ]
    }),
  )
}

export function perOperation(_operation, nanoseconds) {
  return nanoseconds / 1_000
}

export const contenders = {
  "JSON and Buffer": () =>
    measured(
      (value) => Buffer.from(JSON.stringify(value)),
      (bytes) => JSON.parse(bytes.toString()),
      { dates: false },
    ),
  "Larder's byte codec": () => measured(byteCodec.encode, byteCodec.decode),
  "v8.serialize": () => measured(serialize, deserialize),
}
