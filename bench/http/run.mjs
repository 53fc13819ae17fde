// Hits of the page cache beside bare handlers and other caches: npm run bench http. Prints tables and keeps them.
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { baselineOf, contenders, rivalries } from "./contenders.mjs"
import { checkFairness } from "./fairness.mjs"
import { measureGrowth } from "./growth.mjs"
import { keepToCore, Serving } from "./serving.mjs"
import { formatSpread, median, spreadOf } from "./spread.mjs"
import { measureStream } from "./streaming.mjs"

// Short rounds, since what else the machine does changes from second to second: a ratio is that of neighbours in time.
const rounds = 15
const seconds = 1
const row = (...cells) => `| ${cells.join(" | ")} |`

/** The loads of all contenders, in turn and then in the opposite order, round after round; the first round warms up. */
async function measureHits() {
  const servings = new Map()
  const loads = new Map()
  try {
    for (const name of Object.keys(contenders)) {
      servings.set(name, await Serving.start(name))
      loads.set(name, [])
    }
    checkFairness(servings)
    for (let round = 0; round <= rounds; round++) {
      const inTurn = [...servings]
      for (const [name, serving] of round % 2 === 0 ? inTurn : inTurn.reverse()) {
        const load = await serving.load({ seconds })
        if (round > 0) loads.get(name).push(load)
      }
    }
  } finally {
    for (const serving of servings.values()) serving.stop()
  }
  return loads
}

/** Times the figure of another contender in the same round: what slows a round down slows down both. */
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
  "# Pages: a hit beside a handler that writes the same bytes",
  "",
  "A page of 10 kB from a store in memory, 32 connections of wrk on one core, the server on another. Bare handlers " +
    "write the body and the headers of a hit from variables: the body as bytes, in one row as the string that a template " +
    "engine returns. Times bare: times the figure of the bare handler of the same " +
    "framework in the same round, the median of all rounds, and in brackets the quartiles, between which half of the rounds " +
    "lie. Processor time is that of the server, in microseconds a request.",
  "",
  row("", "requests a second", "times bare", "processor, µs a request", "times bare"),
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
  "Requests a second beside others in the same place:",
  "",
  row("", "beside", "times as many"),
  row("---", "---", "--:"),
  ...rivals.map(({ name, other, times }) => row(name, other, formatSpread(times))),
  "",
  "As the number of stored pages grows, through node:http, each request for any of them. The memory of so few pages that " +
    "it is lost in the changes of the heap is left out. Bare: a handler that has the same pages in a Map.",
  "",
  row("pages of 10 kB", "memory a page, kB", "processor, µs a hit", "bare, µs", "times bare"),
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
  `A body of ${stream.mebibytes} MiB through a caching entry, to a client that reads as it comes: the server's memory ` +
    `grew by ${stream.grown.toFixed(0)} MiB at most.`,
  "",
  `${machine}. Each contender in a process of its own, rounds interleaved, medians: \`npm run bench http\`.`,
  "",
].join("\n")

const results = new URL("../results/", import.meta.url)
mkdirSync(results, { recursive: true })
writeFileSync(new URL("http.md", results), markdown)
writeFileSync(new URL("http.json", results), `${JSON.stringify({ machine, hits, rivals, growth, stream }, null, 2)}\n`)
console.log(markdown)
