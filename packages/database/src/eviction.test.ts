import { describe, expect, it } from "vitest"
import { deleteBatchSize } from "./entry-statements.js"
import { deleteInRounds } from "./eviction.js"

const deletion = { text: "DELETE", names: [] }

/** A table with `count` rows, which counts the deletions that run on it. */
function tableOf(count: number) {
  const state = { left: count, runs: 0 }
  const run = async () => {
    state.runs += 1
    const deleted = Math.min(deleteBatchSize, state.left)
    state.left -= deleted
    return { affectedRows: deleted }
  }
  return { state, run }
}

describe("deleting in rounds", () => {
  it("ends when a statement deletes less than a full batch", async () => {
    const { state, run } = tableOf(2 * deleteBatchSize + 1)
    expect(await deleteInRounds(deletion, run)).toBe(2 * deleteBatchSize + 1)
    expect(state).toEqual({ left: 0, runs: 3 })
  })

  it("ends after the maximum number of rounds", async () => {
    const { state, run } = tableOf(5 * deleteBatchSize)
    expect(await deleteInRounds(deletion, run, 2)).toBe(2 * deleteBatchSize)
    expect(state.runs).toBe(2)
  })

  it("yields to the event loop between rounds", async () => {
    const { run } = tableOf(3 * deleteBatchSize)
    let turns = 0
    setImmediate(() => (turns += 1))
    await deleteInRounds(deletion, run)
    expect(turns).toBe(1)
  })
})
