import assert from "node:assert/strict"
import { randomFillSync } from "node:crypto"
import { types } from "node:util"
import { type Clause, clause, keepsBytes } from "../clause.js"
import { assertHolds, assertSame } from "../entry-assertions.js"
import { assertIsAnEntry } from "../entry-results.js"
import { bytesOf } from "../stored-values.js"
import { writesOf } from "../writes.js"

const mebibyte = 1024 * 1024

/** Bytes that a client, protocol or serialiser may take for something else. */
const treacherous: Readonly<Record<string, Uint8Array>> = {
  "a status reply": bytesOf("OK"),
  "a protocol line": bytesOf("END\r\n"),
  "a protocol reply": bytesOf("VALUE a 0 1\r\nb\r\nEND\r\n"),
  "a command": bytesOf("\r\nflush_all\r\n"),
  "line ends": bytesOf("\r\n\n\r"),
  "a null": bytesOf("null"),
  undefined: bytesOf("undefined"),
  "a boolean": bytesOf("false"),
  "an integer with a zero in front": bytesOf("007"),
  "an integer that no double holds": bytesOf("9007199254740993"),
  "an empty string in JSON": bytesOf('""'),
  "an envelope": bytesOf('{"value":1,"expires":0}'),
  "spaces around": bytesOf("  a  "),
  "a byte order mark": new Uint8Array([0xef, 0xbb, 0xbf, 0x61]),
  "zeros at the end": new Uint8Array([0x61, 0x00, 0x00]),
  "a single zero": new Uint8Array([0x00]),
  "no UTF-8": new Uint8Array([0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
  "a gzip header": new Uint8Array([0x1f, 0x8b, 0x08, 0x00]),
}

function everyByte(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => byte)
}

/** Stores of bytes. */
export const bytesClauses: readonly Clause[] = [
  clause({
    id: "bytes.1",
    title: "All 256 byte values are preserved, and returned in a Uint8Array",
    needs: keepsBytes,
    async run({ backend, key }) {
      await backend.set(key("all"), everyByte())
      await assertHolds(backend, key("all"), everyByte())
      await backend.set(key("backwards"), everyByte().reverse())
      await assertHolds(backend, key("backwards"), everyByte().reverse())
      assert.ok(types.isUint8Array(await backend.get(key("all"))), "get must return a Uint8Array")
    },
  }),
  clause({
    id: "bytes.2",
    title: "An empty value is a value, not a miss",
    needs: keepsBytes,
    async run(context) {
      const { backend, key } = context
      await backend.set(key("empty"), new Uint8Array(0))
      await assertHolds(backend, key("empty"), new Uint8Array(0))
      await backend.set(key("emptied"), bytesOf("full"))
      await backend.set(key("emptied"), new Uint8Array(0))
      await assertHolds(backend, key("emptied"), new Uint8Array(0))
      await assertIsAnEntry(context, new Uint8Array(0), "an empty value")
    },
  }),
  clause({
    id: "bytes.3",
    title: "Bytes that resemble a reply, command, number, miss, envelope or broken UTF-8 are preserved",
    needs: keepsBytes,
    async run({ backend, key }) {
      for (const [name, bytes] of Object.entries(treacherous)) {
        await backend.set(key(name.replaceAll(" ", "-")), bytes.slice())
        await assertHolds(backend, key(name.replaceAll(" ", "-")), bytes, name)
      }
    },
  }),
  clause({
    id: "bytes.4",
    title: "A value of 1 MiB, or of maxValueBytes if that is less, is preserved",
    needs: keepsBytes,
    async run({ backend, key }) {
      const size = Math.min(mebibyte, backend.capabilities.maxValueBytes ?? mebibyte)
      const value = randomFillSync(new Uint8Array(size))
      await backend.set(key("large"), value.slice())
      await assertHolds(backend, key("large"), value)
    },
  }),
  clause({
    id: "bytes.5",
    title: "A view into a larger buffer is stored without the bytes around it",
    needs: keepsBytes,
    async run({ backend, key }) {
      await backend.set(key("view"), bytesOf("before|inside|after").subarray(7, 13))
      await assertHolds(backend, key("view"), bytesOf("inside"))
      await backend.set(key("buffer"), Buffer.from(bytesOf("before|inside|after").buffer, 7, 6))
      await assertHolds(backend, key("buffer"), bytesOf("inside"))
    },
  }),
  clause({
    id: "bytes.6",
    title: "A buffer passed in is not modified, and not used after the call has settled",
    needs: keepsBytes,
    async run({ backend, key }) {
      const buffer = bytesOf("mine")
      await backend.set(key("replaceIfEqual"), bytesOf("old"))
      const writes: Record<string, () => Promise<unknown> | undefined> = {
        set: () => backend.set(key("set"), buffer),
        add: () => backend.add?.(key("add"), buffer),
        setMany: () => backend.setMany?.([{ key: key("setMany"), value: buffer }]),
        replaceIfEqual: () => backend.replaceIfEqual?.(key("replaceIfEqual"), bytesOf("old"), buffer),
      }
      for (const [method, write] of Object.entries(writes)) {
        const written = write()
        if (written === undefined) continue
        await written
        assertSame(buffer, bytesOf("mine"), `the caller's buffer after ${method}`)
        buffer.fill(0)
        await assertHolds(
          backend,
          key(method),
          bytesOf("mine"),
          `stored by ${method}, after the caller reused the buffer`,
        )
        buffer.set(bytesOf("mine"))
      }
    },
  }),
  clause({
    id: "bytes.7",
    title: "A buffer that is returned is not shared",
    needs: keepsBytes,
    async run({ backend, key }) {
      await backend.set(key("a"), bytesOf("first"))
      await backend.set(key("b"), bytesOf("other"))
      const held = (await backend.get(key("a"))) as Uint8Array
      await backend.get(key("b"))
      await backend.set(key("a"), bytesOf("newer"))
      assertSame(held, bytesOf("first"), "the buffer of an earlier get")
      const mine = (await backend.get(key("b"))) as Uint8Array
      mine.fill(0)
      await assertHolds(backend, key("b"), bytesOf("other"), "after the caller wrote into its buffer")
      const [many] = (await backend.getMany?.([key("b")])) ?? []
      if (many !== undefined) (many as Uint8Array).fill(0)
      await assertHolds(backend, key("b"), bytesOf("other"), "after the caller wrote into a buffer of getMany")
      const [own, theirs] = (await Promise.all([backend.get(key("b")), backend.get(key("b"))])) as [Uint8Array, unknown]
      own.fill(0)
      assertSame(theirs, bytesOf("other"), "a concurrent get, after another caller wrote into its buffer")
    },
  }),
  clause({
    id: "bytes.8",
    title: "Every method that writes or reads preserves bytes as set and get do",
    needs: keepsBytes,
    async run(context) {
      const { backend, key } = context
      const samples = {
        "all byte values": everyByte(),
        "no bytes": new Uint8Array(0),
        "a view": bytesOf("before|inside|after").subarray(7, 13),
        "100 KB": randomFillSync(new Uint8Array(Math.min(100_000, backend.capabilities.maxValueBytes ?? 100_000))),
      }
      for (const [sample, bytes] of Object.entries(samples)) {
        for (const [method, write] of writesOf(context)) {
          const name = key(`${method}:${sample.replaceAll(" ", "-")}`)
          await write(name, bytes)
          await assertHolds(backend, name, bytes, `${sample}, written by ${method}`)
        }
        const name = key(`set:${sample.replaceAll(" ", "-")}`)
        const [many] = (await backend.getMany?.([name])) ?? [bytes]
        assertSame(many, bytes, `${sample}, read by getMany`)
        if (backend.getSync !== undefined) assertSame(backend.getSync(name), bytes, `${sample}, read by getSync`)
      }
    },
  }),
]
