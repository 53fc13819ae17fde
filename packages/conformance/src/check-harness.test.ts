import { describe, expect, it } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import { benchBackend } from "./bench.js"
import { checkHarness } from "./check-harness.js"
import type { Harness } from "./harness.js"
import { register } from "./register.js"
import { report } from "./report.js"

const create = (): MapBackend => new MapBackend()

describe("a harness", () => {
  it("may have all that it can have", () => {
    const harness: Harness = {
      create,
      advance: () => undefined,
      child: { module: new URL("file:///open.js"), data: {} },
      remote: { host: "127.0.0.1", port: 6379, create },
      except: { "touch.1": "the vendor says so" },
      deadline: 5_000,
      cacheOptions: { timeout: 60 },
    }
    expect(() => checkHarness(harness)).not.toThrow()
  })

  it.each<[unknown, string]>([
    [undefined, "the harness is undefined, expected an object with create(), which returns a backend"],
    [{}, "create is undefined, expected a function that returns a backend"],
    [{ create, advnce: () => undefined }, "A harness has no advnce; there are create, advance, child, remote"],
    [{ create, advance: 5 }, "advance is 5, expected a function of milliseconds"],
    [{ create, child: { data: 1 } }, "child.module is undefined, expected a file: URL or an absolute path"],
    [{ create, remote: { host: "localhost" } }, "expected { host, port, create(address) }"],
    [{ create, deadline: -1 }, "deadline is -1, expected milliseconds, more than 0"],
    [{ create, except: { "touch.99": "no" } }, 'except names "touch.99", which is not a clause'],
  ])("that is invalid is rejected before anything runs: %j", async (harness, complaint) => {
    const runner = {
      describe: () => expect.unreachable(),
      it: () => expect.unreachable(),
      after: () => expect.unreachable(),
    }
    expect(() => register(runner, "wrong", harness as Harness)).toThrow(complaint)
    await expect(report("wrong", harness as Harness)).rejects.toThrow(complaint)
    await expect(benchBackend("wrong", harness as Harness, { budget: 1 })).rejects.toThrow(complaint)
  })

  it("whose create does not return a backend is reported", async () => {
    const { get, set, delete: remove } = new MapBackend()
    for (const created of [null, {}, MapBackend, { get, set, delete: remove }]) {
      const harness = { create: () => created } as unknown as Harness
      const complaint = "expected a backend: an object with name, capabilities, get, set and delete"
      await expect(report("none", harness)).rejects.toThrow(complaint)
      await expect(benchBackend("none", harness, { budget: 1 })).rejects.toThrow(complaint)
    }
  })
})
