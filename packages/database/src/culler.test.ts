import { describe, expect, it } from "vitest"
import { Culler } from "./culler.js"

/** As many writes as possible until the first cull. */
const fullStep = () => 1

/** A culler that counts its culls, after which there is `room`. */
function counting(maxEntries: number, room: number) {
  const culls = { count: 0 }
  const culler = new Culler(
    maxEntries,
    async () => {
      culls.count += 1
      return room
    },
    fullStep,
  )
  return { culler, culls }
}

async function write(culler: Culler, times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) {
    culler.wrote(1)
    await new Promise(setImmediate)
  }
}

describe("a culler", () => {
  it("culls once per hundredth of maxEntries writes", async () => {
    const { culler, culls } = counting(10_000, 0)
    await write(culler, 99)
    expect(culls.count).toBe(0)
    await write(culler, 1)
    expect(culls.count).toBe(1)
    await write(culler, 900)
    expect(culls.count).toBe(10)
  })

  it("counts batches by their entries", () => {
    const { culler, culls } = counting(10_000, 0)
    culler.wrote(500)
    expect(culls.count).toBe(1)
  })

  it("culls less often while there is room", async () => {
    const { culler, culls } = counting(10_000, 8_000)
    await write(culler, 100)
    expect(culls.count).toBe(1)
    await write(culler, 999)
    expect(culls.count).toBe(1)
    await write(culler, 1)
    expect(culls.count).toBe(2)
  })

  it("culls soon when writes fail, although it has counted room", async () => {
    const { culler, culls } = counting(10_000, 8_000)
    await write(culler, 100)
    culler.failed(1)
    await write(culler, 98)
    expect(culls.count).toBe(1)
    culler.failed(1)
    expect(culls.count).toBe(2)
  })

  it("runs one cull at a time", () => {
    let culls = 0
    const culler = new Culler(100, () => {
      culls += 1
      return new Promise(() => {})
    })
    for (let index = 0; index < 1000; index += 1) culler.wrote(1)
    expect(culls).toBe(1)
  })

  it("continues after a cull that failed, and throws nothing", async () => {
    let culls = 0
    const culler = new Culler(
      1000,
      async () => {
        culls += 1
        throw new Error("no")
      },
      fullStep,
    )
    await write(culler, 20)
    expect(culls).toBe(2)
    await expect(culler.close()).resolves.toBeUndefined()
  })

  it("starts no more culls once closed, and waits for the running one", async () => {
    let ended = false
    let culls = 0
    const culler = new Culler(
      100,
      async () => {
        culls += 1
        await new Promise(setImmediate)
        ended = true
        return 0
      },
      fullStep,
    )
    culler.wrote(10)
    await culler.close()
    expect(ended).toBe(true)
    culler.wrote(100)
    expect(culls).toBe(1)
  })
})
