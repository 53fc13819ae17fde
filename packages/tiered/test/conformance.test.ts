import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Harness } from "@larder/conformance"
import { testBackend, testCache } from "@larder/conformance/vitest"
import { FilesystemBackend } from "@larder/filesystem"
import { LocmemBackend, LocmemStore } from "@larder/locmem"
import { afterAll } from "vitest"
import { MemoryBus, TieredBackend } from "../src/index.js"

const directory = mkdtempSync(join(tmpdir(), "larder-tiered-"))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

let now = 1_700_000_000_000
const clock = {
  now: () => now,
  advance: (milliseconds: number) => {
    now += milliseconds
  },
}

function testBoth(name: string, harness: Harness): void {
  testBackend(name, harness)
  testCache(name, harness)
}

const values = new LocmemStore({ now: clock.now })
const valuesBus = new MemoryBus()
testBoth("locmem over locmem", {
  create: () =>
    new TieredBackend(new LocmemBackend({ now: clock.now }), new LocmemBackend({ store: values }), {
      bus: valuesBus,
      now: clock.now,
    }),
  advance: clock.advance,
})

const filesBus = new MemoryBus()
testBoth("locmem over files", {
  create: () =>
    new TieredBackend(
      new LocmemBackend({ now: clock.now }),
      new FilesystemBackend({ directory: join(directory, "far"), now: clock.now }),
      { bus: filesBus, now: clock.now },
    ),
  advance: clock.advance,
})

// Files have no codec, and answer later than in the turn of the call, as a near store may.
let nearDirectories = 0
const slowNearBus = new MemoryBus()
testBackend("files over files, the near ones asynchronous", {
  create: () => {
    nearDirectories += 1
    const near = join(directory, `near-${nearDirectories}`)
    return new TieredBackend(
      new FilesystemBackend({ directory: near, now: clock.now, io: "async" }),
      new FilesystemBackend({ directory: join(directory, "shared"), now: clock.now }),
      { bus: slowNearBus, now: clock.now },
    )
  },
  advance: clock.advance,
})
