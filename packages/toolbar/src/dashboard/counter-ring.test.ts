import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { add, CounterRing, rowCount, rowLength } from "./counter-ring.js"

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] })
})

afterEach(() => {
  vi.useRealTimers()
})

function count(ring: CounterRing, column: number, amount: number): void {
  add(ring.current(), column, amount)
}

test("counts within five seconds are in the same row", () => {
  const ring = new CounterRing(2)
  count(ring, 0, 1)
  vi.advanceTimersByTime(rowLength - 1)
  count(ring, 0, 2)
  count(ring, 1, 5)
  vi.advanceTimersByTime(1)
  count(ring, 0, 4)

  expect(ring.rows().map((row) => [...row])).toEqual([
    [3, 5],
    [4, 0],
  ])
})

test("there are rows for periods without counts", () => {
  const ring = new CounterRing(1)
  count(ring, 0, 1)
  vi.advanceTimersByTime(3 * rowLength)

  expect(ring.rows().map(([number]) => number)).toEqual([1, 0, 0, 0])
})

test("sum adds up the last rows", () => {
  const ring = new CounterRing(1)
  for (const amount of [1, 10, 100]) {
    count(ring, 0, amount)
    vi.advanceTimersByTime(rowLength)
  }

  expect([...ring.sum(3)]).toEqual([110])
  expect([...ring.sum(rowCount)]).toEqual([111])
})

test.each([rowCount, rowCount + 7, 40 * rowCount])(
  "counts older than ten minutes are dropped, %i rows later",
  (later) => {
    const ring = new CounterRing(1)
    count(ring, 0, 1)
    vi.advanceTimersByTime(later * rowLength)
    count(ring, 0, 2)

    expect(ring.rows()).toHaveLength(rowCount)
    expect([...ring.sum(rowCount)]).toEqual([2])
  },
)

test("after an hour of counting, it has the last ten minutes", () => {
  const ring = new CounterRing(1)
  for (let row = 0; row < 6 * rowCount; row++) {
    count(ring, 0, row)
    vi.advanceTimersByTime(rowLength)
  }

  const numbers = ring.rows().map(([number]) => number)
  expect(numbers).toHaveLength(rowCount)
  expect(numbers.slice(0, 2)).toEqual([5 * rowCount + 1, 5 * rowCount + 2])
  expect(numbers.slice(-2)).toEqual([6 * rowCount - 1, 0])
})

test("covered is the time of the last rows", () => {
  const ring = new CounterRing(1)
  vi.advanceTimersByTime(rowLength + 2_000)
  expect(ring.covered(12)).toBe(rowLength + 2_000)
  expect(ring.covered(1)).toBe(2_000)
  vi.advanceTimersByTime(40 * rowLength)
  expect(ring.covered(12)).toBe(11 * rowLength + 2_000)
})
