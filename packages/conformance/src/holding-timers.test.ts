import { expect, it } from "vitest"
import { checkHoldingTimers } from "./holding-timers.js"

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

it("counts the timers of the work that are neither over nor cleared nor unreferenced", async () => {
  const others = setInterval(() => {}, 60_000)
  let held: NodeJS.Timeout | undefined
  const work = async () => {
    await nextTurn()
    held = setTimeout(() => {}, 60_000)
    clearTimeout(setTimeout(() => {}, 60_000))
    setTimeout(() => {}, 60_000).unref()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await checkHoldingTimers(work, async (count) => {
    await nextTurn()
    expect(count()).toBe(1)
    clearTimeout(held)
    await nextTurn()
    expect(count()).toBe(0)
  })
  clearInterval(others)
})
