/** A seeded generator (mulberry32) of numbers in [0, 1), so that every run sees the same requests. */
function randomFrom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Draws ranks in [0, count) with probability proportional to 1 / (rank + 1) ** skew. */
function zipf(count, skew, random) {
  const cumulative = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank += 1) {
    sum += (rank + 1) ** -skew
    cumulative[rank] = sum
  }
  return () => {
    const target = random() * sum
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (cumulative[middle] < target) low = middle + 1
      else high = middle
    }
    return low
  }
}

const objects = 100_000
const requests = 1_000_000

function zipfTrace(skew) {
  return () => {
    const draw = zipf(objects, skew, randomFrom(1))
    return Uint32Array.from({ length: requests }, draw)
  }
}

/** Zipf 0.9, and in every 20,000 requests a scan of 5,000 objects that are never requested again. */
function scanTrace() {
  const draw = zipf(objects, 0.9, randomFrom(2))
  let fresh = objects
  return Uint32Array.from({ length: requests }, (_, index) => (index % 20_000 < 5_000 ? fresh++ : draw()))
}

/** The same objects in the same order again and again, a tenth more than fit. */
function loopTrace(capacity) {
  const length = Math.ceil(capacity * 1.1)
  return Uint32Array.from({ length: requests }, (_, index) => index % length)
}

/** Zipf 0.9 with a shifting ranking: every 1,000 requests, the 20 most popular objects are replaced by new ones. */
function shiftTrace() {
  const draw = zipf(objects, 0.9, randomFrom(3))
  return Uint32Array.from({ length: requests }, (_, index) => {
    const shift = Math.floor(index / 1_000) * 20
    return (objects * 20 + draw() - shift) % objects
  })
}

/** Each object is requested about eight times shortly after it appears (a session, a news item), then never again. */
function burstTrace() {
  const random = randomFrom(4)
  let newest = 0
  return Uint32Array.from({ length: requests }, () => {
    if (random() < 1 / 8) newest += 1
    const age = Math.floor(-Math.log(1 - random()) * 300)
    return Math.max(0, newest - age)
  })
}

/** Half Zipf 1.0, half bursts: the usual mix of a shared catalogue and current activity. */
function mixedTrace() {
  const random = randomFrom(5)
  const draw = zipf(objects, 1, random)
  let newest = 0
  return Uint32Array.from({ length: requests }, () => {
    if (random() < 0.5) return draw()
    if (random() < 1 / 8) newest += 1
    const age = Math.floor(-Math.log(1 - random()) * 300)
    return objects + Math.max(0, newest - age)
  })
}

/** By name, functions that return a trace for a capacity: the number of the object that each request is for. */
export const traces = [
  { name: "Zipf 0.7", make: zipfTrace(0.7) },
  { name: "Zipf 0.9", make: zipfTrace(0.9) },
  { name: "Zipf 1.1", make: zipfTrace(1.1) },
  { name: "Zipf 0.9 with scans", make: scanTrace },
  { name: "loop of 1.1 × capacity", make: loopTrace },
  { name: "shifting Zipf 0.9", make: shiftTrace },
  { name: "bursts", make: burstTrace },
  { name: "Zipf 1.0 with bursts", make: mixedTrace },
]
