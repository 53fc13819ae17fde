import { Cache, operations } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { expect, test, vi } from "vitest"
import { recordCalls } from "./record-calls.js"

const cache = new Cache(new LocmemBackend())

test("it records all calls of the work, including those after an await", async () => {
  const { result, calls } = await recordCalls(async () => {
    await cache.set("a", 1)
    return cache.get("a")
  })

  expect(result).toBe(1)
  expect(calls.map(({ operation, keys }) => [operation, ...keys])).toEqual([
    ["set", "a"],
    ["get", "a"],
  ])
})

test("it does not record concurrent calls of other work", async () => {
  const one = recordCalls(() => cache.get("one"))
  const other = recordCalls(() => cache.get("other"))
  await cache.get("nobody")

  expect((await one).calls.map(({ keys }) => keys)).toEqual([["one"]])
  expect((await other).calls.map(({ keys }) => keys)).toEqual([["other"]])
})

test("operations are traced only during a recording", async () => {
  await expect(recordCalls(() => Promise.reject(new Error("of the work")))).rejects.toThrow("of the work")
  await expect(
    recordCalls(() => {
      throw new Error("of the work")
    }),
  ).rejects.toThrow("of the work")

  expect(operations.hasSubscribers).toBe(false)
})

test("a call that cannot be recorded still succeeds", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
  const cwd = vi.spyOn(process, "cwd").mockImplementation(() => {
    throw new Error("the working directory is gone")
  })
  try {
    const { result, calls } = await recordCalls(() => cache.get("a"))
    expect(result).toBe(1)
    expect(calls).toEqual([])
    expect(warn).toHaveBeenCalledWith("A cache call could not be recorded", expect.anything())
  } finally {
    cwd.mockRestore()
    warn.mockRestore()
  }
})
