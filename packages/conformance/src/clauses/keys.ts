import assert from "node:assert/strict"
import { type Clause, type ClauseContext, clause } from "../clause.js"
import { assertHolds, assertMiss, assertMissing } from "../entry-assertions.js"

/**
 * Rejects unless these names are distinct keys: each is a miss until it is written, holds its own value, and is removed
 * alone.
 */
async function assertDistinct({ backend, key, values }: ClauseContext, names: readonly string[]): Promise<void> {
  const held = (name: string) => values.text(`value ${names.indexOf(name)}`)
  for (const name of names) {
    await assertMissing(backend, key(name), `${shown(name)}, before it is written`)
    await backend.set(key(name), held(name))
  }
  const assertAll = async (present: readonly string[], when: string) => {
    for (const name of present) await assertHolds(backend, key(name), held(name), `${shown(name)} ${when}`)
  }
  await assertAll(names, "among similar keys")
  for (const [index, name] of names.entries()) {
    await backend.delete(key(name))
    await assertMissing(backend, key(name), `${shown(name)}, removed`)
    await assertAll(names.slice(index + 1), `after ${shown(name)} was removed`)
  }
}

/** A name, shortened for a message. */
function shown(name: string): string {
  if (name.length <= 60) return JSON.stringify(name)
  return `${JSON.stringify(`${name.slice(0, 20)}...${name.slice(-10)}`)}, of ${Buffer.byteLength(name)} bytes,`
}

/** A name that makes a key of exactly `bytes` UTF-8 bytes, mostly in characters of three bytes. */
function longName(prefix: string, bytes: number, end: string): string {
  const room = bytes - Buffer.byteLength(prefix) - Buffer.byteLength(end)
  return "清".repeat(Math.floor(room / 3)) + "x".repeat(room % 3) + end
}

/** Keys are opaque. */
export const keysClauses: readonly Clause[] = [
  clause({
    id: "keys.1",
    title: "Keys that differ by letter case are different keys, in every script",
    run: (context) =>
      assertDistinct(context, ["page", "Page", "PAGE", "élan", "Élan", "straße", "STRASSE", "i", "İ", "ı"]),
  }),
  clause({
    id: "keys.2",
    title: "Keys that differ by Unicode form are different keys",
    run: (context) =>
      assertDistinct(context, [
        "\u00e9",
        "e\u0301",
        "e",
        "\ufb01",
        "fi",
        "\u00c5",
        "\u212b",
        "\uff41",
        "a",
        "a\u200b",
        "😀",
        "😁",
      ]),
  }),
  clause({
    id: "keys.3",
    title: "Dots are part of the key, also at the end or alone",
    run: (context) => assertDistinct(context, ["a", "a.", "a..", ".a", ".", "..", "...", "a.lock", "a.tmp", "a.json"]),
  }),
  clause({
    id: "keys.4",
    title: "Glob and LIKE characters, quotes and backslashes are part of the key",
    run: (context) =>
      assertDistinct(context, [
        "ab",
        "a*",
        "*",
        "a?",
        "[ab]",
        "[^a]",
        "a%",
        "%",
        "a_",
        "__",
        "a\\%",
        "a\\",
        "\\",
        "{a,b}",
        "^",
        "$",
        "a'",
        'a"',
        "`",
      ]),
  }),
  clause({
    id: "keys.5",
    title: "Path and URL characters are part of the key",
    run: (context) =>
      assertDistinct(context, [
        "a/b",
        "a",
        "a/",
        "a//b",
        "/",
        "a/../b",
        "../../a",
        "..\\a",
        "a\\b",
        "a%2fb",
        "a?b",
        "a#b",
        "~",
        "CON",
        "C:",
        "a|b",
        "a<b>",
      ]),
  }),
  clause({
    id: "keys.6",
    title: "Separators and repeated prefixes are part of the key",
    async run(context) {
      const { prefix } = context
      await assertDistinct(context, [
        "1",
        "user:1",
        "user:user:1",
        "user::1",
        ":1",
        "::1",
        "1:",
        "1::",
        `${prefix}1`,
        "a,b",
        "a;b",
        "a=b",
        "a&b",
      ])
    },
  }),
  clause({
    id: "keys.7",
    title: "A key that is a prefix of another is a key of its own",
    run: (context) => assertDistinct(context, ["a", "ab", "abc", "a:", "a:b", "a:b:c", "a/b/c", "a/b"]),
  }),
  clause({
    id: "keys.8",
    title: "Names of built-in properties, such as __proto__, are ordinary keys",
    async run(context) {
      const names = [
        "__proto__",
        "constructor",
        "prototype",
        "toString",
        "hasOwnProperty",
        "__defineGetter__",
        "length",
        "0",
      ]
      // Without the prefix they are only read: the store may be in use.
      for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
        const found = await context.backend.get(name)
        if (typeof found === "function" || found === Object.prototype) assertMiss(found, name)
      }
      await assertDistinct(context, names)
    },
  }),
  clause({
    id: "keys.9",
    title: "Spaces and control characters are part of the key, also at its end",
    needs: ({ capabilities }) =>
      capabilities.portableKeysOnly
        ? "accepts no spaces and control characters (capabilities.portableKeysOnly)"
        : undefined,
    run: (context) =>
      assertDistinct(context, [
        "a",
        "a ",
        "a  ",
        " a",
        "a b",
        "a\t",
        "a\n",
        "a\r\n",
        "a\r\nflush_all\r\n",
        "a\0",
        "a\0b",
        "\x7f",
        "\u00a0a",
      ]),
  }),
  clause({
    id: "keys.10",
    title: "A key of maxKeyBytes, or 250 bytes without a limit below that, works in full",
    async run(context) {
      const { backend, key, values, prefix } = context
      const { maxKeyBytes = Number.POSITIVE_INFINITY } = backend.capabilities
      const fewest = prefix.length + 2
      assert.ok(maxKeyBytes >= fewest, `maxKeyBytes is ${maxKeyBytes}, and the suite's own keys need ${fewest}`)
      const lengths = [Math.min(250, maxKeyBytes), ...(maxKeyBytes > 250 && maxKeyBytes <= 65_536 ? [maxKeyBytes] : [])]
      for (const bytes of lengths) {
        await assertDistinct(
          context,
          ["1", "2", "3"].map((end) => longName(prefix, bytes, end)),
        )
        await assertDistinct(
          context,
          ["1", "2"].map((end) => "y".repeat(bytes - prefix.length - 1) + end),
        )
        // Concurrent calls with other keys get their own results.
        const long = key(longName(prefix, bytes, "4"))
        const beside = [key("a"), key("b"), key("c")]
        await Promise.all([...beside, long].map((name) => backend.set(name, values.text(name))))
        const all = [key("a"), long, key("b"), long, key("c")]
        await Promise.all(all.map((name) => assertHolds(backend, name, values.text(name))))
      }
    },
  }),
  clause({
    id: "keys.11",
    title: "A key of 64 KiB works in full if there is no maxKeyBytes",
    needs: ({ capabilities: { maxKeyBytes } }) =>
      maxKeyBytes === undefined ? undefined : "limits the length of keys (capabilities.maxKeyBytes)",
    run: (context) =>
      assertDistinct(
        context,
        ["1", "2"].map((end) => longName(context.prefix, 65_536, end)),
      ),
  }),
]
