// Hits of the page cache compared with bare handlers and other caches: npm run bench http. Prints tables and saves them.
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { baselineOf, contenders, rivalries } from "./contenders.mjs"
import { checkFairness } from "./fairness.mjs"
import { measureGrowth } from "./growth.mjs"
import { keepToCore, Serving } from "./serving.mjs"
import { formatSpread, median, spreadOf } from "./spread.mjs"
import { measureStream } from "./streaming.mjs"

// Short rounds, because the other load of the machine changes from second to second: ratios compare neighbours in time.
const rounds = 15
const seconds = 1
// Until V8 has compiled all of it, which takes tens of thousands of requests behind Express.
const warmUpSeconds = 15
const row = (...cells) => `| ${cells.join(" | ")} |`

/** Loads all contenders, round after round, in alternating order. */
async function measureHits() {
  const servings = new Map()
  const loads = new Map()
  try {
    for (const name of Object.keys(contenders)) {
      servings.set(name, await Serving.start(name))
      loads.set(name, [])
    }
    checkFairness(servings)
    for (const serving of servings.values()) await serving.load({ seconds: warmUpSeconds })
    for (let round = 0; round < rounds; round++) {
      const inTurn = [...servings]
      for (const [name, serving] of round % 2 === 0 ? inTurn : inTurn.reverse()) {
        loads.get(name).push(await serving.load({ seconds }))
      }
    }
  } finally {
    for (const serving of servings.values()) serving.stop()
  }
  return loads
}

/** The ratio to another contender in the same round: what slows down a round slows down both. */
function ratio(loads, name, other, figure) {
  const others = loads.get(other)
  return spreadOf(loads.get(name).map((load, round) => load[figure] / others[round][figure]))
}

keepToCore(1, process.pid)
const loads = await measureHits()
const hits = Object.fromEntries(
  [...loads].map(([name, of]) => [
    name,
    {
      perSecond: Math.round(median(of.map(({ perSecond }) => perSecond))),
      ofBare: ratio(loads, name, baselineOf(name), "perSecond"),
      microseconds: median(of.map(({ microseconds }) => microseconds)),
      microsecondsOfBare: ratio(loads, name, baselineOf(name), "microseconds"),
    },
  ]),
)
const rivals = rivalries.map(([name, other]) => ({ name, other, times: ratio(loads, name, other, "perSecond") }))
const growth = await measureGrowth([10, 1_000, 10_000, 100_000])
const stream = await measureStream()

const machine = `Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? "unknown processor"}`
const markdown = [
  "# Pages: a hit compared with a handler that writes the same bytes",
  "",
  "A page of 10 kB from a store in memory, requested by wrk over 32 connections; wrk has one core, the server another. Bare " +
    "handlers write the body and the headers of a hit from variables: the body as bytes, or in one row as a string, as " +
    "template engines return it; in one row of Express with Node's own `writeHead` and `end`, the least that a middleware " +
    "has to do. `times bare` is the ratio to the bare handler with the same framework in the same round: " +
    "the median of all rounds, and in brackets the quartiles. Processor time is that of the server.",
  "",
  row("", "requests per second", "times bare", "processor, µs per request", "times bare"),
  row("---", "--:", "--:", "--:", "--:"),
  ...Object.entries(hits).map(([name, { perSecond, ofBare, microseconds, microsecondsOfBare }]) =>
    row(
      name,
      perSecond.toLocaleString("en"),
      formatSpread(ofBare),
      microseconds.toFixed(1),
      formatSpread(microsecondsOfBare),
    ),
  ),
  "",
  "Requests per second, relative to alternatives in the same place:",
  "",
  row("", "alternative", "times as many"),
  row("---", "---", "--:"),
  ...rivals.map(({ name, other, times }) => row(name, other, formatSpread(times))),
  "",
  "Through node:http, by number of stored pages, with requests for random pages. Bare: a handler that has the same pages in a " +
    "Map. The memory of a few pages is lost in the fluctuations of the heap and left out.",
  "",
  row("pages of 10 kB", "memory per page, kB", "processor, µs per hit", "bare, µs", "times bare"),
  row("--:", "--:", "--:", "--:", "--:"),
  ...growth.map(({ pages, bytes, microseconds, bareMicroseconds, ofBare }) =>
    row(
      pages.toLocaleString("en"),
      bytes === null ? "-" : (bytes / 1_000).toFixed(1),
      microseconds.toFixed(1),
      bareMicroseconds.toFixed(1),
      formatSpread(ofBare),
    ),
  ),
  "",
  `While a body of ${stream.mebibytes} MiB was streamed through the page cache to a client that reads at once, the process ` +
    `grew by at most ${stream.grown.toFixed(0)} MiB.`,
  "",
  `${machine}. Each contender in its own process, interleaved rounds, medians: \`npm run bench http\`.`,
  "",
].join("\n")

const results = new URL("../results/", import.meta.url)
mkdirSync(results, { recursive: true })
writeFileSync(new URL("http.md", results), markdown)
writeFileSync(new URL("http.json", results), `${JSON.stringify({ machine, hits, rivals, growth, stream }, null, 2)}\n`)
console.log(markdown)
