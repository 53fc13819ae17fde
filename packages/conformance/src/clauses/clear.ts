import assert from "node:assert/strict"
import { type Clause, type ClauseContext, clause } from "../clause.js"
import { assertHolds, assertMissing } from "../entry-assertions.js"
import { globTraps, likeTraps, type PrefixTraps } from "../prefix-traps.js"
import { many, writeMany } from "../write-many.js"

/** Rejects unless `clear(prefix + start)` removes all of `removed` and none of `kept`. */
async function assertClears(
  { backend, key, values, prefix }: ClauseContext<"clear">,
  start: string,
  removed: readonly string[],
  kept: readonly string[],
): Promise<void> {
  await writeMany(backend, [...removed, ...kept].map(key), (name) => values.text(name))
  await backend.clear(prefix + start)
  const cleared = `after clear(${JSON.stringify(start)})`
  for (const name of removed) await assertMissing(backend, key(name), `${JSON.stringify(name)} ${cleared}`)
  for (const name of kept)
    await assertHolds(backend, key(name), values.text(key(name)), `${JSON.stringify(name)} ${cleared}`)
}

/**
 * Rejects unless each start, cleared, removes its own entries and keeps the bystanders that it would match as a pattern.
 */
async function assertLiteral(context: ClauseContext<"clear">, { prefixes, bystanders }: PrefixTraps): Promise<void> {
  for (const start of prefixes) {
    const kept = [...bystanders, ...prefixes.map((other) => `${other}:1`)].filter((name) => !name.startsWith(start))
    await assertClears(context, start, [`${start}:1`, `${start}:2`, start], kept)
  }
}

/** `clear`. */
export const clearClauses: readonly Clause[] = [
  clause({
    id: "clear.1",
    title: "clear removes every entry whose key starts with the prefix, and returns undefined",
    uses: ["clear"],
    async run(context) {
      const { backend, key, values, prefix, longTtl } = context
      assert.strictEqual(await backend.clear(`${prefix}mine:`), undefined, "with nothing to clear")
      await backend.set(key("mine:text"), values.text("a"))
      await backend.set(key("mine:integer"), values.integer(1))
      await backend.set(key("mine:ttl"), values.text(""), longTtl)
      await backend.set(key("mine:a:b::c"), values.text("a"))
      await backend.set(key("mine:"), values.text("a"))
      assert.strictEqual(await backend.clear(`${prefix}mine:`), undefined)
      for (const name of ["text", "integer", "ttl", "a:b::c", ""]) await assertMissing(backend, key(`mine:${name}`))
      // A range of keys may end too early.
      await assertClears(
        context,
        "mine:",
        ["~", "\u00ff", "清", "\uffff", "😀", "\u{10ffff}"].map((name) => `mine:${name}`),
        [],
      )
      await backend.set(key("mine:text"), values.text("again"))
      await assertHolds(backend, key("mine:text"), values.text("again"), "written again")
    },
  }),
  clause({
    id: "clear.2",
    title: "clear removes no other entry: the prefix is matched literally",
    uses: ["clear"],
    async run(context) {
      await assertClears(
        context,
        "app:",
        ["app:1", "app:b:2"],
        ["apple", "app", "ap", "app-1", "xapp:1", "app;1", "app;", "b:app:1", `b:${context.prefix}app:1`],
      )
      await assertClears(context, "app", ["app:1", "apple", "app"], ["ap", "ap:1", "xapp", "a"])
    },
  }),
  clause({
    id: "clear.3",
    title: "clear takes glob characters in the prefix literally",
    uses: ["clear"],
    run: (context) => assertLiteral(context, globTraps),
  }),
  clause({
    id: "clear.4",
    title: "clear takes LIKE characters in the prefix literally",
    uses: ["clear"],
    run: (context) => assertLiteral(context, likeTraps),
  }),
  clause({
    id: "clear.5",
    title: "clear distinguishes letter case and Unicode form in the prefix",
    uses: ["clear"],
    async run(context) {
      await assertClears(context, "app:", ["app:1"], ["App:1", "APP:1", "aPP:1"])
      await assertClears(context, "\u00e9:", ["\u00e9:1"], ["e\u0301:1", "\u00c9:1", "e:1"])
      await assertClears(context, "清", ["清:1", "清掃"], ["掃清", "浄:1"])
    },
  }),
  clause({
    id: "clear.6",
    title: `clear removes ${many} entries from among others`,
    uses: ["clear"],
    async run(context) {
      const names = Array.from({ length: many }, (_, index) => index)
      const kept = Array.from({ length: 50 }, (_, index) => `keep:${index}`)
      await assertClears(
        context,
        "drop:",
        names.map((name) => `drop:${name}`),
        kept,
      )
    },
  }),
  clause({
    id: "clear.7",
    title: "clear keeps what is written under other prefixes while it runs",
    uses: ["clear"],
    async run({ backend, key, values, prefix }) {
      const names = Array.from({ length: 100 }, (_, index) => index)
      await writeMany(
        backend,
        names.map((name) => key(`drop:${name}`)),
        (name) => values.text(name),
      )
      await Promise.all([
        backend.clear(`${prefix}drop:`),
        ...names.map((name) => backend.set(key(`keep:${name}`), values.text(`${name}`))),
      ])
      for (const name of names) await assertHolds(backend, key(`keep:${name}`), values.text(`${name}`))
    },
  }),
  clause({
    id: "clear.8",
    title: "The expiry of an entry that was cleared does not end the next entry of its key",
    uses: ["clear"],
    timed: "clearing",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("mine"), values.text("old"), shortTtl)
      await backend.clear(key("mine"))
      await backend.set(key("mine"), values.text("new"))
      await expire()
      await assertHolds(
        backend,
        key("mine"),
        values.text("new"),
        "written without a ttl, after clear removed one with a ttl",
      )
    },
  }),
]
