import type { Backend } from "@larder/core"
import { type Clause, clause } from "../clause.js"
import { assertHolds, assertMissing, assertSame } from "../entry-assertions.js"
import { outliveFromTheMiddle } from "../half-life.js"
import { writesWithTtl } from "../writes.js"

const hour = 3_600_000
const day = 24 * hour
const longTtls = {
  "30 days and a second": 30 * day + 1000,
  "31 days": 31 * day,
  "more milliseconds than a signed 32-bit number holds": 2 ** 31 + 1,
  "more milliseconds than an unsigned 32-bit number holds": 2 ** 32 + 1,
  "10 years": 3653 * day,
  "more seconds than a signed 32-bit number holds": (2 ** 31 + 1) * 1000,
  "a thousand years": 1000 * 365 * day,
}

/** Expiry. */
export const expiryClauses: readonly Clause[] = [
  clause({
    id: "expiry.1",
    title: "An entry is a miss once its ttl plus ttlResolution has passed",
    timed: "entries",
    async run({ backend, key, values, shortTtl, shortLife, expire }) {
      await backend.set(key("value"), values.text("a"), shortTtl)
      await expire()
      await assertMissing(backend, key("value"), `${shortLife} ms after it was written with a ttl of ${shortTtl} ms`)
    },
  }),
  clause({
    id: "expiry.2",
    title: "An entry with a ttl of one millisecond expires, whichever method sets the ttl",
    timed: "entries",
    async run(context) {
      const { backend, key, expire } = context
      const writes = writesWithTtl(context)
      for (const [method, write] of writes) await write(key(method), 1)
      await expire()
      for (const [method] of writes)
        await assertMissing(backend, key(method), `a ttl of one millisecond set by ${method}`)
    },
  }),
  clause({
    id: "expiry.3",
    title: "No entry is dropped before its ttl has passed",
    timed: "entries",
    async run(context) {
      const { backend, key, values, clock } = context
      const writes = writesWithTtl(context)
      const written = (name: string, ttl: number) =>
        Promise.all(
          writes.map(async ([method, write]) => {
            const start = clock.now()
            await write(key(`${method}:${name}`), ttl)
            return async () => {
              const held = await backend.get(key(`${method}:${name}`))
              const passed = clock.now() - start
              const because = `${Math.floor(passed)} ms into a ttl of ${ttl} ms, set by ${method}`
              // On a slow machine it may be too late to check.
              if (passed < ttl) assertSame(held, values.text("a"), because)
            }
          }),
        )
      const long = await written("under-two-seconds", 1_900)
      // Started at different fractions of a second, because a store may count from the start of the second.
      for (const name of ["first", "second", "third", "fourth"]) {
        const short = await written(name, 1_000)
        await clock.advance(350)
        await Promise.all([...short, ...long].map((check) => check()))
      }
    },
  }),
  clause({
    id: "expiry.4",
    title: "An entry without a ttl does not expire",
    timed: "entries",
    async run(context) {
      const { backend, key, values, clock, expire } = context
      const writes = writesWithTtl(context)
      for (const [method, write] of writes) await write(key(method))
      await (clock.virtual ? clock.advance(400 * day) : expire())
      for (const [method] of writes) {
        await assertHolds(backend, key(method), values.text("a"), `written by ${method} without a ttl`)
      }
    },
  }),
  clause({
    id: "expiry.5",
    title: "A ttl of up to a thousand years does not end early, whichever method sets it",
    timed: "entries",
    async run(context) {
      const { backend, key, values, expire } = context
      const writes = writesWithTtl(context)
      for (const [method, write] of writes) {
        for (const ttl of Object.values(longTtls)) await write(key(`${method}:${ttl}`), ttl)
      }
      await expire()
      for (const [method] of writes) {
        for (const [name, ttl] of Object.entries(longTtls)) {
          const because = `shortly into a ttl of ${name}, set by ${method}`
          await assertHolds(backend, key(`${method}:${ttl}`), values.text("a"), because)
        }
      }
    },
  }),
  clause({
    id: "expiry.6",
    title: "A ttl of forty days ends after forty days, whichever method sets it",
    timed: "entries",
    needs: (_backend, harness) =>
      harness.advance === undefined ? "the harness has no advance(), and the test does not wait forty days" : undefined,
    async run(context) {
      const { backend, key, values, clock } = context
      const writes = writesWithTtl(context)
      for (const [method, write] of writes) await write(key(method), 40 * day)
      await clock.advance(40 * day - hour)
      for (const [method] of writes) {
        await assertHolds(backend, key(method), values.text("a"), `an hour before a ttl set by ${method} ends`)
      }
      await clock.advance(hour + backend.capabilities.ttlResolution)
      for (const [method] of writes) await assertMissing(backend, key(method), `after a ttl set by ${method}`)
    },
  }),
  clause({
    id: "expiry.7",
    title: "Reading an entry does not extend its life",
    timed: "entries",
    async run(context) {
      const { backend, key, values } = context
      const reads = {
        get: () => backend.get(key("get")),
        getMany: async () => backend.getMany?.([key("getMany")]),
        getSync: async () => backend.getSync?.(key("getSync")),
        ttl: async () => backend.ttl?.(key("ttl")),
      }
      await outliveFromTheMiddle(
        context,
        (ttl) => Promise.all(Object.keys(reads).map((name) => backend.set(key(name), values.text("a"), ttl))),
        () => Promise.all(Object.values(reads).map((read) => read())),
      )
      for (const name of Object.keys(reads)) {
        await assertMissing(backend, key(name), `read by ${name} halfway through its ttl`)
      }
    },
  }),
  clause({
    id: "expiry.8",
    title: "A key whose entry has expired can be written again",
    timed: "entries",
    async run({ backend, key, values, shortTtl, longTtl, expire }) {
      await backend.set(key("never"), values.text("old"), shortTtl)
      await backend.set(key("later"), values.text("old"), shortTtl)
      await expire()
      await backend.set(key("never"), values.text("new"))
      await backend.set(key("later"), values.text("new"), longTtl)
      await assertHolds(backend, key("never"), values.text("new"))
      await assertHolds(backend, key("later"), values.text("new"))
    },
  }),
  clause({
    id: "expiry.9",
    title: "The expiry of an entry that was removed does not end the next entry of its key",
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      const removals: Partial<Record<keyof Backend, (key: string) => Promise<unknown> | undefined>> = {
        delete: (name) => backend.delete(name),
        deleteMany: (name) => backend.deleteMany?.([name]),
        deleteIfEqual: (name) => backend.deleteIfEqual?.(name, values.text("old")),
      }
      for (const [method, remove] of Object.entries(removals)) {
        await backend.set(key(method), values.text("old"), shortTtl)
        await remove(key(method))
        await backend.set(key(method), values.text("new"))
      }
      await expire()
      for (const method of Object.keys(removals)) {
        const because = `written without a ttl, after ${method} had removed an entry with one`
        await assertHolds(backend, key(method), values.text("new"), because)
      }
    },
  }),
]
