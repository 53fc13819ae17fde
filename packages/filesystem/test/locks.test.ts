import { spawnSync } from "node:child_process"
import { existsSync, lstatSync, mkdirSync, unlinkSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { setImmediate as nextTurn } from "node:timers/promises"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { MixedDisk } from "../src/disk.js"
import { decodeEntry, encodeEntry } from "../src/entry-file.js"
import { EntryFiles } from "../src/entry-files.js"
import { FanOut } from "../src/fan-out.js"
import { processMark } from "../src/process-mark.js"
import { backendOn, bytes, text } from "./backend-on.js"
import { filesIn, pathOf } from "./directory-tree.js"
import { temporaryDirectory } from "./temporary-directory.js"

const { pid: endedProcess } = spawnSync(process.execPath, ["--version"])

/** What another process that took the lock would have put there. */
function putLock(path: string, pid: number): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, Buffer.concat([Buffer.alloc(8, 0xab), processMark(pid)]))
  return path
}

function mockDate(): { advance(milliseconds: number): void } {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() })
  onTestFinished(() => void vi.useRealTimers())
  return { advance: (milliseconds) => void vi.setSystemTime(Date.now() + milliseconds) }
}

function entryFilesIn(directory: string, disk = new MixedDisk()): EntryFiles {
  return new EntryFiles(new FanOut(directory, disk), disk)
}

/** Adds a letter to what the entry holds. */
async function append(files: EntryFiles, letter: string, meanwhile = async () => {}): Promise<void> {
  const place = files.fanOut.locate("key")
  await files.replace(place, async () => {
    const held = await files.read(place)
    const value = held && decodeEntry(held.bytes)?.value
    await meanwhile()
    return encodeEntry("key", bytes(`${text(value) ?? ""}${letter}`), Number.POSITIVE_INFINITY)
  })
}

async function heldIn(directory: string): Promise<string | undefined> {
  return text(await backendOn(directory).get("key"))
}

describe("a lock", () => {
  it("holds up every change of its entry, and none of another, until it is gone", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory)
    await backend.set("key", bytes("1"))
    const lock = putLock(`${pathOf(directory, "key")}.lock`, process.ppid)
    const settled: string[] = []
    const changes = Object.entries({
      set: () => backend.set("key", bytes("2")),
      incr: () => backend.incr("key", 1),
      touch: () => backend.touch("key"),
      delete: () => backend.delete("key"),
      clear: () => backendOn(directory).clear("k"),
    }).map(([name, change]) => change().then(() => settled.push(name)))
    for (let turn = 0; turn < 200; turn += 1) await nextTurn()
    expect(settled).toEqual([])
    await backend.set("other", bytes("1"))
    expect(text(await backend.get("key"))).toBe("1")
    expect(await backend.add("key", bytes("3"))).toBe(false)
    unlinkSync(lock)
    await Promise.all(changes)
    expect(settled).toHaveLength(5)
  })

  it("that is held for too long fails the change, saying which file it is about", async () => {
    const directory = temporaryDirectory()
    const backend = backendOn(directory)
    const path = pathOf(directory, "key")
    putLock(`${path}.lock`, process.ppid)
    const real = performance.now.bind(performance)
    let calls = 0
    const now = vi.spyOn(performance, "now").mockImplementation(() => {
      calls += 1
      return real() + (calls > 1 ? 10_000 : 0)
    })
    onTestFinished(() => now.mockRestore())
    await expect(backend.set("key", bytes("1"))).rejects.toMatchObject({ name: "FilesystemError", code: "EBUSY", path })
    expect(filesIn(directory).filter((file) => !file.endsWith(".owner"))).toEqual([`${pathOf("", "key")}.lock`])
  })

  it("of a process that has ended is broken at once", async () => {
    const directory = temporaryDirectory()
    putLock(`${pathOf(directory, "key")}.lock`, endedProcess)
    mockDate() // The time stands still: no lease runs out.
    await backendOn(directory).set("key", bytes("1"))
    expect(await heldIn(directory)).toBe("1")
  })

  it("is broken also when the process that broke it before has ended at that", async () => {
    const directory = temporaryDirectory()
    const lock = putLock(`${pathOf(directory, "key")}.lock`, endedProcess)
    putLock(`${lock}.break`, endedProcess)
    await backendOn(directory).set("key", bytes("1"))
    expect(await heldIn(directory)).toBe("1")
  })

  it("of a process that does nothing for longer than a lease is broken, and not before", async () => {
    const directory = temporaryDirectory()
    const lock = putLock(`${pathOf(directory, "key")}.lock`, process.ppid)
    const { advance } = mockDate()
    advance(4_000)
    let stored = false
    const write = backendOn(directory)
      .set("key", bytes("1"))
      .then(() => {
        stored = true
      })
    for (let turn = 0; turn < 200; turn += 1) await nextTurn()
    expect(stored).toBe(false)
    expect(existsSync(lock)).toBe(true)
    advance(2_000)
    await write
    expect(await heldIn(directory)).toBe("1")
  })

  it("that many find abandoned at once is still held by one at a time afterwards", async () => {
    const directory = temporaryDirectory()
    const keys = Array.from({ length: 30 }, (_, index) => `key ${index}`)
    const contenders = Array.from({ length: 6 }, () => backendOn(directory))
    for (const key of keys) {
      await contenders[0]?.set(key, bytes("0"))
      putLock(`${pathOf(directory, key)}.lock`, endedProcess)
    }
    await Promise.all(keys.flatMap((key) => contenders.map((backend) => backend.incr(key, 1))))
    const sums = await backendOn(directory).getMany(keys)
    expect(sums.map(text)).toEqual(keys.map(() => "6"))
  })
})

describe("a holder that takes longer than its lease", () => {
  it("does not overwrite what another process wrote meanwhile, but looks again", async () => {
    const directory = temporaryDirectory()
    const [slow, quick] = [entryFilesIn(directory), entryFilesIn(directory)]
    await append(quick, "a")
    const { advance } = mockDate()
    let times = 0
    await append(slow, "c", async () => {
      times += 1
      if (times > 1) return
      advance(6_000)
      await append(quick, "b")
    })
    expect(times).toBe(2)
    expect(await heldIn(directory)).toBe("abc")
  })

  it("does not even when it sleeps just before it puts its file in place", async () => {
    const directory = temporaryDirectory()
    const quick = entryFilesIn(directory)
    await append(quick, "a")
    mockDate()

    class SleepyDisk extends MixedDisk {
      asleep: Promise<void> | undefined

      // The last step before the look at the clock and the renaming.
      override close(descriptor: number): void | Promise<void> {
        super.close(descriptor)
        if (this.asleep !== undefined) return undefined
        this.asleep = sleep()
        return this.asleep
      }
    }
    // To the sleeper no time passes, to everybody else six seconds.
    const sleep = async () => {
      const before = Date.now()
      vi.setSystemTime(before + 6_000)
      await append(quick, "b")
      vi.setSystemTime(before)
    }

    const disk = new SleepyDisk()
    const slow = entryFilesIn(directory, disk)
    // Its owner file is there already, so that the next file it closes is the one to put in place.
    disk.asleep = Promise.resolve()
    await slow.replace(slow.fanOut.locate("other"), async () => encodeEntry("other", bytes(""), 0))
    disk.asleep = undefined
    await append(slow, "c")
    expect(await heldIn(directory)).toBe("abc")
  })

  it("breaks its lock itself, so that nobody waits for the rest of the lease", async () => {
    const directory = temporaryDirectory()
    const [slow, quick] = [entryFilesIn(directory), entryFilesIn(directory)]
    await append(quick, "a")
    const { advance } = mockDate()
    const place = slow.fanOut.locate("key")
    let asked = 0
    const removal = slow.remove(place, async () => {
      asked += 1
      if (asked === 2) advance(3_000)
      return asked <= 2
    })
    expect(await removal).toBe(false)
    expect(asked).toBe(3)
    expect(existsSync(`${place.path}.lock`)).toBe(false)
    await append(quick, "b")
    expect(await heldIn(directory)).toBe("ab")
  })

  it("does not keep its lock fresh by what it does next, where it cannot break it", async () => {
    const directory = temporaryDirectory()
    const files = entryFilesIn(directory)
    for (const letter of ["a", "b"]) await append(files, letter)
    const { advance } = mockDate()
    const place = files.fanOut.locate("key")
    // Another process is about to break it.
    putLock(`${place.path}.lock.break`, process.ppid)
    let asked = 0
    const removal = files.remove(place, async () => {
      asked += 1
      if (asked === 2) advance(3_000)
      return asked <= 2
    })
    while (asked < 2) await nextTurn()
    const lock = `${place.path}.lock`
    while (filesIn(directory).some((file) => file.endsWith(".owner"))) await nextTurn()
    const { ctimeMs } = lstatSync(lock)
    for (let index = 0; index < 5; index += 1) {
      await files.replace(files.fanOut.locate(`other ${index}`), async () => encodeEntry("other", bytes(""), 0))
    }
    expect(lstatSync(lock).ctimeMs).toBe(ctimeMs)
    expect(await removal).toBe(false)
    expect(await heldIn(directory)).toBe("ab")
    advance(6_000)
    await append(files, "c")
    expect(await heldIn(directory)).toBe("abc")
  })
})

describe("a file system without hard links", () => {
  it("serves as well", async () => {
    class LinklessDisk extends MixedDisk {
      override link(existing: string, path: string): void {
        throw Object.assign(new Error(`EPERM: operation not permitted, link '${existing}' -> '${path}'`), {
          code: existsSync(existing) ? "EPERM" : "ENOENT",
        })
      }
    }
    const directory = temporaryDirectory()
    const contenders = Array.from({ length: 3 }, () => entryFilesIn(directory, new LinklessDisk()))
    await Promise.all(Array.from({ length: 60 }, (_, index) => append(contenders[index % 3] as EntryFiles, "x")))
    expect(await heldIn(directory)).toBe("x".repeat(60))
    for (const files of contenders) await files.close()
    expect(filesIn(directory)).toEqual([pathOf("", "key")])
  })
})
