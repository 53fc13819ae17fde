import { describe, expect, it } from "vitest"
import { rowsAtOnce } from "./entry-statements.js"
import { deleteInRounds } from "./eviction.js"

const deletion = { text: "DELETE", names: [] }

/** Runs deletions on so many rows, and counts them. */
function rows(count: number) {
  const state = { left: count, runs: 0 }
  const run = async () => {
    state.runs += 1
    const deleted = Math.min(rowsAtOnce, state.left)
    state.left -= deleted
    return { rows: deleted }
  }
  return { state, run }
}

describe("deleting in rounds", () => {
  it("ends when a statement finds too few", async () => {
    const { state, run } = rows(2 * rowsAtOnce + 1)
    expect(await deleteInRounds(deletion, run)).toBe(2 * rowsAtOnce + 1)
    expect(state).toEqual({ left: 0, runs: 3 })
  })

  it("takes no more than so many rounds", async () => {
    const { state, run } = rows(5 * rowsAtOnce)
    expect(await deleteInRounds(deletion, run, 2)).toBe(2 * rowsAtOnce)
    expect(state.runs).toBe(2)
  })

  it("lets others run between the rounds", async () => {
    const { run } = rows(3 * rowsAtOnce)
    let turns = 0
    setImmediate(() => (turns += 1))
    await deleteInRounds(deletion, run)
    expect(turns).toBe(1)
  })
})
