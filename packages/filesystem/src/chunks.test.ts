import { describe, expect, it } from "vitest"
import { chunksOf, mapInChunks } from "./chunks.js"

async function* numbers(count: number, onReturn = () => {}): AsyncGenerator<number> {
  try {
    for (let number = 0; number < count; number += 1) yield number
  } finally {
    onReturn()
  }
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}

describe("chunks", () => {
  it("hold all items in their order, from arrays and from asynchronous sources", async () => {
    expect(await collect(chunksOf([1, 2, 3, 4, 5], 2))).toEqual([[1, 2], [3, 4], [5]])
    expect(await collect(chunksOf(numbers(4), 2))).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect(await collect(chunksOf([], 2))).toEqual([])
  })

  it("are mapped in order, with no more tasks at a time than a chunk has items", async () => {
    let running = 0
    let most = 0
    const results = await mapInChunks(numbers(10), 4, async (number) => {
      running += 1
      most = Math.max(most, running)
      await new Promise(setImmediate)
      running -= 1
      return 2 * number
    })
    expect(results).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
    expect(most).toBe(4)
  })

  it("leave others a turn in between, however busy the tasks are", async () => {
    let turns = 0
    let mapping = true
    const others = () => {
      turns += 1
      if (mapping) setImmediate(others)
    }
    setImmediate(others)
    await mapInChunks([1, 2, 3, 4, 5, 6], 2, async () => {})
    mapping = false
    expect(turns).toBeGreaterThanOrEqual(2)
  })

  it("close their source when a task fails, and take no more from it", async () => {
    let closed = false
    let tasks = 0
    const source = numbers(10, () => {
      closed = true
    })
    const mapped = mapInChunks(source, 2, async (number) => {
      tasks += 1
      if (number === 3) throw new Error("three")
    })
    await expect(mapped).rejects.toThrow("three")
    expect(closed).toBe(true)
    expect(tasks).toBe(4)
  })
})
