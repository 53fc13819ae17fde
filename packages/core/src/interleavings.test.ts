import { afterEach, describe, expect, it, vi } from "vitest"
import { enumerate, MapBackend, steppedBackend, type Turns } from "../test/interleavings.js"
import { Cache } from "./cache.js"
import { Keys } from "./keys.js"
import { ReadBatch } from "./read-batch.js"
import { SharedReads } from "./shared-reads.js"
import { SingleFlight } from "./single-flight.js"
import { Tokens } from "./tokens.js"

// Everything that a fill and an invalidation do is a step, and every order of the steps is tried, over the real code. The
// database is a variable; whoever writes it invalidates then. When all have ended, the cache must not give the old value.

const OLD = "old"

/** A store, a database, and processes that share them. */
class World {
  readonly store = new MapBackend()
  readonly turns: Turns
  database = OLD

  constructor(turns: Turns) {
    this.turns = turns
  }

  process(): Cache {
    return new Cache(steppedBackend(this.store, this.turns), { timeout: 60 })
  }

  /** The tokens are there already, as they mostly are: fewer steps, so that more actors can be tried. */
  async warmUp(): Promise<this> {
    await new Cache(this.store).invalidateTags(["t"])
    return this
  }

  async readDatabase(): Promise<string> {
    await this.turns.turn()
    return this.database
  }

  async writeDatabase(value: string): Promise<void> {
    await this.turns.turn()
    this.database = value
  }

  /** A store may drop anything at any moment. */
  async evict(kind: string): Promise<void> {
    await this.turns.turn()
    for (const key of this.store.entries.keys()) if (key.startsWith(`:~:${kind}`)) this.store.entries.delete(key)
  }

  /** What somebody reads when all is over, in a process that knows nothing. */
  async isStale(): Promise<boolean> {
    const value = await new Cache(this.store, { timeout: 60 }).get("k")
    return value !== undefined && value !== this.database
  }
}

type Actor = (world: World) => () => Promise<unknown>

function stale(...actors: Actor[]): (turns: Turns) => Promise<boolean> {
  return async (turns) => {
    const world = new World(turns)
    if (actors.length > 2) await world.warmUp()
    await turns.run(actors.map((actor) => actor(world)))
    return world.isStale()
  }
}

const filler: Actor = (world) => {
  const cache = world.process()
  return () => cache.getOrSet("k", () => world.readDatabase(), { tags: ["t"] })
}

/** Learns the tag only while it computes. */
const lateFiller: Actor = (world) => {
  const cache = world.process()
  const produce = async ({ tags }: { tags(tags: Iterable<string>): void }): Promise<string> => {
    const value = await world.readDatabase()
    tags(["t"])
    return value
  }
  return () => cache.getOrSet("k", produce, { tags: [] })
}

const lockingFiller: Actor = (world) => {
  const cache = world.process()
  return () => cache.getOrSet("k", () => world.readDatabase(), { lock: true })
}

const setter: Actor = (world) => {
  const cache = world.process()
  return async () => {
    const snapshot = await cache.snapshotTags(["t"])
    const value = await world.readDatabase()
    await cache.set("k", value, { tags: ["t"], snapshot })
  }
}

function writer(value: string): Actor {
  return (world) => {
    const cache = world.process()
    return async () => {
      await world.writeDatabase(value)
      await cache.invalidateTags(["t"])
    }
  }
}

const deleter: Actor = (world) => {
  const cache = world.process()
  return async () => {
    await world.writeDatabase("new")
    await cache.delete("k")
  }
}

const overwriter: Actor = (world) => {
  const cache = world.process()
  return async () => {
    await world.writeDatabase("new")
    await cache.set("k", "new")
  }
}

function evictor(kind: "t" | "g"): Actor {
  return (world) => () => world.evict(kind)
}

/** What one process does while somebody in it asks for "k". */
interface Overtaking {
  /** Stores the old value. */
  readonly prepare: (cache: Cache) => Promise<unknown>
  readonly ask: (cache: Cache, world: World) => Promise<unknown>
  /** After it has resolved, nobody is to get the old value. */
  readonly write: (cache: Cache, world: World) => Promise<unknown>
}

const askPlainly: Overtaking["ask"] = (cache, world) => cache.getOrSet("k", () => world.readDatabase())

const overtakings: Record<string, Overtaking> = {
  "a set": { prepare: (cache) => cache.set("k", OLD), ask: askPlainly, write: (cache) => cache.set("k", "new") },
  "a delete": { prepare: (cache) => cache.set("k", OLD), ask: askPlainly, write: (cache) => cache.delete("k") },
  "an incr": {
    prepare: (cache) => cache.set("k", 1),
    ask: async (cache, world) => ((await askPlainly(cache, world)) === 1 ? OLD : "new"),
    write: (cache) => cache.incr("k"),
  },
  "a clear": { prepare: (cache) => cache.set("k", OLD), ask: askPlainly, write: (cache) => cache.clear() },
  "an invalidation": {
    prepare: (cache) => cache.set("k", OLD, { tags: ["t"] }),
    ask: askPlainly,
    write: (cache) => cache.invalidateTags(["t"]),
  },
  "a delete in a namespace": {
    prepare: (cache) => cache.namespace("a").set("k", OLD),
    ask: (cache, world) => askPlainly(cache.namespace("a"), world),
    write: (cache) => cache.namespace("a").delete("k"),
  },
  "a clear of the namespace": {
    prepare: (cache) => cache.namespace("a").set("k", OLD),
    ask: (cache, world) => askPlainly(cache.namespace("a"), world),
    write: (cache) => cache.namespace("a").clear(),
  },
  "a clear of the namespace around it": {
    prepare: (cache) => cache.namespace("a").namespace("b").set("k", OLD),
    ask: (cache, world) => askPlainly(cache.namespace("a").namespace("b"), world),
    write: (cache) => cache.namespace("a").clear(),
  },
  "a delete of what is given should the producer fail": {
    prepare: async (cache) => {
      await cache.getOrSet("k", () => OLD, { timeout: 1, staleIfError: 60 })
      vi.setSystemTime(Date.now() + 2_000)
    },
    ask: async (cache, world) => {
      const failing = async (): Promise<string> => {
        await world.turns.turn()
        throw new Error("the source is down")
      }
      return cache.getOrSet("k", failing, { timeout: 1, staleIfError: 60 }).catch(() => "none")
    },
    write: (cache) => cache.delete("k"),
  },
}

/** What another process stored meanwhile, and a flight has read that began with nothing. */
const overtakenFlight: Overtaking = {
  prepare: async () => undefined,
  // What the producer makes has no tags, and may be as old as it likes.
  ask: async (cache, world) => ((await askPlainly(cache, world)) === "theirs" ? OLD : "made"),
  write: async (cache, world) => {
    await new Cache(world.store).set("k", "theirs", { tags: ["t"] })
    await cache.invalidateTags(["t"])
  },
}

/** Whether the old value is given to somebody who asks after it was overwritten, by the same process. */
function overtaken({ prepare, ask, write }: Overtaking): (turns: Turns) => Promise<boolean> {
  return async (turns) => {
    const world = new World(turns)
    const cache = new Cache(steppedBackend(world.store, turns, { slowReads: true }))
    await turns.run([() => prepare(cache)])
    let answer: unknown
    await turns.run([
      () => ask(cache, world),
      async () => {
        await world.writeDatabase("new")
        await write(cache, world)
        answer = await ask(cache, world)
      },
    ])
    return answer === OLD
  }
}

describe("nobody is given what a read saw that began before a write of this process", () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  const names = Object.keys(overtakings)
  const wrongOnesOf = async (overtaking: Overtaking): Promise<number> => {
    vi.useFakeTimers({ toFake: ["Date"] })
    const { interleavings, wrong } = await enumerate(overtaken(overtaking))
    expect(interleavings).toBeGreaterThan(5)
    return wrong.length
  }

  it.each(names)(
    "%s",
    async (name) => {
      expect(await wrongOnesOf(overtakings[name] as Overtaking)).toBe(0)
    },
    120_000,
  )

  // A process forgets the generation of what it clears, so what is under it is out of reach all the same.
  const detectable = names.filter((name) => name !== "a clear of the namespace")

  it.each(detectable)("which the enumeration would find, were the read still shared: %s", async (name) => {
    vi.spyOn(SharedReads.prototype, "leave").mockImplementation(() => undefined)
    vi.spyOn(SharedReads.prototype, "leaveAll").mockImplementation(() => undefined)
    expect(await wrongOnesOf(overtakings[name] as Overtaking)).toBeGreaterThan(0)
  })

  it("which the enumeration would find, were a flight still begun with it", async () => {
    vi.spyOn(SharedReads.prototype, "leave").mockImplementation(function (this: SharedReads, finalKey) {
      const read = this.get(finalKey)
      if (read !== undefined) this.end(read)
    })
    expect(
      await wrongOnesOf(overtakings["a delete of what is given should the producer fail"] as Overtaking),
    ).toBeGreaterThan(0)
  })

  it("nor what a flight read", async () => {
    expect(await wrongOnesOf(overtakenFlight)).toBe(0)
  })

  it("which the enumeration would find, were the flight still joined", async () => {
    vi.spyOn(SingleFlight.prototype, "leaveTagged").mockImplementation(() => undefined)
    expect(await wrongOnesOf(overtakenFlight)).toBeGreaterThan(0)
  })
})

describe("no order of steps leaves an old value behind", () => {
  it.each<[string, Actor[]]>([
    ["a fill and an invalidation", [filler, writer("new")]],
    ["a fill and an invalidation, and the tag is evicted", [filler, writer("new"), evictor("t")]],
    ["a fill that learns its tag late, and an invalidation", [lateFiller, writer("new")]],
    [
      "a fill that learns its tag late, an invalidation, and the gate is evicted",
      [lateFiller, writer("new"), evictor("g")],
    ],
    ["a set under a snapshot, and an invalidation", [setter, writer("new")]],
    ["a fill under a lease, and a delete", [lockingFiller, deleter]],
    ["a fill under a lease, and a set", [lockingFiller, overwriter]],
  ])(
    "%s",
    async (_name, actors) => {
      const { interleavings, wrong } = await enumerate(stale(...actors))
      expect(interleavings).toBeGreaterThan(5)
      expect(wrong).toEqual([])
    },
    120_000,
  )

  it("two invalidations and a fill that learns its tag late", async () => {
    const { interleavings, wrong } = await enumerate(stale(lateFiller, writer("newer"), writer("newest")))
    expect(interleavings).toBeGreaterThan(10_000)
    expect(wrong).toEqual([])
  })

  it("one cache does it all: a fill, and a delete", async () => {
    const { interleavings, wrong } = await enumerate(async (turns) => {
      const world = new World(turns)
      const cache = world.process()
      await turns.run([
        () => cache.getOrSet("k", () => world.readDatabase()),
        async () => {
          await world.writeDatabase("new")
          await cache.delete("k")
        },
      ])
      return world.isStale()
    })
    expect(interleavings).toBeGreaterThan(5)
    expect(wrong).toEqual([])
  })

  it("one cache does it all: what is asked for after an invalidation is not what was begun before it", async () => {
    const { wrong } = await enumerate(async (turns) => {
      const world = await new World(turns).warmUp()
      const cache = world.process()
      const ask = (): Promise<string> => cache.getOrSet("k", () => world.readDatabase(), { tags: ["t"] })
      let answer: string | undefined
      await turns.run([
        ask,
        async () => {
          await world.writeDatabase("new")
          await cache.invalidateTags(["t"])
          answer = await ask()
        },
      ])
      return answer !== "new"
    })
    expect(wrong).toEqual([])
  })
})

describe("the enumeration finds what is wrong", () => {
  it("with tokens that are read after the value was computed", async () => {
    const lateSetter: Actor = (world) => {
      const cache = world.process()
      return async () => {
        const value = await world.readDatabase()
        await cache.set("k", value, { tags: ["t"] })
      }
    }
    const { wrong } = await enumerate(stale(lateSetter, writer("new")))
    expect(wrong.length).toBeGreaterThan(0)
  })

  it("with an invalidation that changes the tags before the gate", async () => {
    const hastyWriter: Actor = (world) => {
      const backend = steppedBackend(world.store, world.turns)
      const keys = new Keys({ keyPrefix: "", keyFunction: (key) => key }, backend.capabilities, () => undefined)
      const tokens = new Tokens(backend, new ReadBatch(backend), "")
      return async () => {
        await world.writeDatabase("new")
        await tokens.replace([keys.reserved("t", ["t"])])
        await tokens.replace([keys.reserved("g", [])])
      }
    }
    const { wrong } = await enumerate(stale(lateFiller, hastyWriter))
    expect(wrong.length).toBeGreaterThan(0)
  })

  it("with a delete in another process than the fill, and no lease", async () => {
    const plainFiller: Actor = (world) => {
      const cache = world.process()
      return () => cache.getOrSet("k", () => world.readDatabase())
    }
    const { wrong } = await enumerate(stale(plainFiller, deleter))
    expect(wrong.length).toBeGreaterThan(0)
  })
})
