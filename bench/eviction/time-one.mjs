// Times one contender in its own process, so that the others do not affect its compiled code. Prints JSON.
import { contenders } from "./contenders.mjs"
import { traces } from "./traces.mjs"

const capacity = 10_000
const contender = contenders.find(({ name }) => name === process.argv[2])
const keyOf = (number) => `article:${number}`

/** Processor time per item, which other load on the machine affects less than wall-clock time. */
function nanosecondsEach(count, run) {
  const start = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(start)
  return ((user + system) * 1_000) / count
}

function timeGets() {
  const cache = contender.make(capacity)
  // Consecutive reads are of entries that were stored at different times, as with requests of different visitors.
  const keys = Array.from({ length: capacity }, (_, number) => keyOf((number * 7919) % capacity))
  for (const key of keys.toSorted()) cache.set(key, key)
  let misses = 0
  const run = () => {
    for (let lap = 0; lap < 100; lap += 1) for (const key of keys) if (cache.get(key) === undefined) misses += 1
  }
  run()
  const time = nanosecondsEach(100 * capacity, run)
  if (misses > 0) throw new Error(`${misses} gets of ${contender.name} missed`)
  return time
}

function timeSets() {
  const cache = contender.make(capacity)
  const keys = Array.from({ length: 500_000 }, (_, number) => keyOf(number))
  for (let number = 0; number < capacity; number += 1) cache.set(keys[number], number)
  return nanosecondsEach(keys.length - capacity, () => {
    for (let number = capacity; number < keys.length; number += 1) cache.set(keys[number], number)
  })
}

function timeRequests() {
  const cache = contender.make(capacity)
  const trace = traces.find(({ name }) => name === "Zipf 0.9").make(capacity)
  const keys = Array.from({ length: 100_000 }, (_, number) => keyOf(number))
  const run = () => {
    for (const number of trace) if (cache.get(keys[number]) === undefined) cache.set(keys[number], number)
  }
  run()
  return nanosecondsEach(trace.length, run)
}

process.stdout.write(JSON.stringify({ get: timeGets(), set: timeSets(), request: timeRequests() }))
