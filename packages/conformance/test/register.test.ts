import { describe, expect, it } from "vitest"
import { clauses } from "../src/clauses.js"
import { type Runner, register, registerCache } from "../src/register.js"
import { MapBackend, MapStore } from "./map-backend.js"
import { MinimalBackend } from "./minimal-backends.js"

type Body = Parameters<Runner["it"]>[2]

/** A test runner that records its tests, and runs them on request. */
class NotingRunner implements Runner {
  readonly titles: string[] = []
  readonly tests = new Map<string, Body>()
  readonly skips: string[] = []
  readonly printed: string[] = []
  readonly #afters: (() => Promise<void>)[] = []

  readonly describe = (name: string, body: () => void): void => {
    this.titles.push(name)
    body()
  }
  readonly it = (name: string, _options: { timeout: number }, body: Body): void => {
    this.tests.set(name, body)
  }
  readonly after = (body: () => Promise<void>): void => {
    this.#afters.push(body)
  }
  readonly print = (text: string): void => {
    this.printed.push(text)
  }

  async run(): Promise<void> {
    for (const body of this.tests.values()) await body({ skip: (reason) => void this.skips.push(reason) })
    for (const body of this.#afters) await body()
  }
}

describe("register", () => {
  it("registers a test for every clause, in the order of the contract", () => {
    const runner = new NotingRunner()
    register(runner, "a Map", { create: () => new MapBackend() })
    expect(runner.titles).toEqual(["a Map keeps the backend contract"])
    expect([...runner.tests.keys()]).toEqual(clauses.map(({ id, title }) => `${id} ${title}`))
  })

  it("skips with a reason, and prints a summary of skipped tests at the end", async () => {
    const store = new MapStore()
    const runner = new NotingRunner()
    register(runner, "least", {
      create: () => new MinimalBackend(store),
      advance: (milliseconds) => {
        store.now += milliseconds
      },
      except: { "races.9": "the vendor says so" },
    })
    await runner.run()
    expect(runner.skips).toContain("has no add()")
    expect(runner.skips).toContain("excepted: the vendor says so")
    const [text = ""] = runner.printed
    expect(text).toMatch(/^least keeps the backend contract, but for\n/)
    expect(text).toContain(
      "  skipped add.1, add.2, add.3, add.4, add.5, add.6, races.1, races.2, races.5, processes.2, faults.9: has no add()",
    )
    expect(text).toContain("  excepted races.9: the vendor says so")
  })

  it("fails the test of a clause that the backend breaks", async () => {
    const runner = new NotingRunner()
    class NullBackend extends MapBackend {
      override async get(key: string) {
        return (await super.get(key)) ?? (null as never)
      }
    }
    register(runner, "broken", { create: () => new NullBackend(), advance: () => {} })
    await expect(runner.tests.get(`get.1 ${titleOf("get.1")}`)?.({ skip: () => {} })).rejects.toThrow()
  })

  it("rejects invalid exceptions before any test runs", () => {
    const harness = { create: () => new MapBackend(), except: { "nothing.1": "why" } }
    expect(() => register(new NotingRunner(), "a Map", harness)).toThrow('except names "nothing.1"')
    expect(() => registerCache(new NotingRunner(), "a Map", harness)).toThrow('except names "nothing.1"')
  })
})

function titleOf(id: string): string {
  return clauses.find((clause) => clause.id === id)?.title ?? ""
}
