// Hits of the page cache beside bare handlers and other caches: npm run bench http. Prints tables and keeps them.
import { mkdirSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { baselineOf, contenders } from "./contenders.mjs"
import { measureGrowth } from "./growth.mjs"
import { Serving } from "./serving.mjs"
import { measureStream } from "./streaming.mjs"

const rounds = 5
const seconds = 3
const row = (...cells) => `| ${cells.join(" | ")} |`
const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]

/** All contenders in turn, round after round; the first round warms up. */
async function measureHits() {
  const servings = new Map()
  const loads = new Map()
  try {
    for (const name of Object.keys(contenders)) {
      servings.set(name, await Serving.start(name))
      loads.set(name, [])
    }
    for (let round = 0; round <= rounds; round++) {
      for (const [name, serving] of servings) {
        const load = await serving.load({ seconds })
        if (round > 0) loads.get(name).push(load)
      }
    }
  } finally {
    for (const serving of servings.values()) serving.stop()
  }
  return Object.fromEntries(
    [...loads].map(([name, of]) => [
      name,
      {
        perSecond: Math.round(median(of.map(({ perSecond }) => perSecond))),
        microseconds: median(of.map(({ microseconds }) => microseconds)),
      },
    ]),
  )
}

const hits = await measureHits()
const growth = await measureGrowth([10, 1_000, 100_000])
const stream = await measureStream()

const machine = `Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? "unknown processor"}`
const markdown = [
  "# Pages: a hit beside a handler that writes the same bytes",
  "",
  "A page of 10 kB from a store in memory, 32 connections of autocannon. Bare handlers write the body and the headers of " +
    "a hit from variables. In brackets: times the figure of the bare handler of the same framework. Processor time is that " +
    "of the server, in microseconds a request; it says more than requests a second where the client shares the cores.",
  "",
  row("", "requests a second", "processor, µs a request"),
  row("---", "--:", "--:"),
  ...Object.entries(hits).map(([name, { perSecond, microseconds }]) => {
    const bare = hits[baselineOf(name)]
    return row(
      name,
      `${perSecond.toLocaleString("en")} (${(perSecond / bare.perSecond).toFixed(2)})`,
      `${microseconds.toFixed(1)} (${(microseconds / bare.microseconds).toFixed(2)})`,
    )
  }),
  "",
  "As the number of stored pages grows, through node:http:",
  "",
  row("pages of 10 kB", "memory a page, kB", "processor, µs a hit"),
  row("--:", "--:", "--:"),
  ...growth.map(({ pages, bytes, microseconds }) =>
    row(pages.toLocaleString("en"), (bytes / 1_000).toFixed(1), microseconds.toFixed(1)),
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
writeFileSync(new URL("http.json", results), `${JSON.stringify({ machine, hits, growth, stream }, null, 2)}\n`)
console.log(markdown)
