import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { Agent, request } from "node:http"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { Corpus } from "./corpus.js"
import type { LayerCounts } from "./load-server.js"
import { seeded, zipf } from "./zipf.js"

// Visits the site as readers do, with its caches off and on, and prints a comparison.

const visitors = 16
/** Visits before the clock starts: filling the caches is no part of what a page costs once they are full. */
const warmUp = { off: 4, on: 600 }
/** Of a thousand visits; the others go to articles, by Zipf's law. */
const mix = { home: 150, category: 100, search: 50, publish: 5 }
/** What their browsers accept: three of four read English. */
const accepted = ["en-US,en;q=0.9", "en-GB,en;q=0.8", "es,en;q=0.5", "de-DE,de;q=0.9,en;q=0.5"]
const searches = ["civil war", "panama canal", "inflation", "moon", "gold", "railroad", "peace", "slavery"]

const corpus = Corpus.load()
const categories = corpus.categories("president")

interface Visit {
  readonly method: "GET" | "POST"
  readonly path: string
  readonly form?: string
}

interface Visitor {
  readonly agent: Agent
  readonly address: string
  readonly language: string
}

/** An endless row of visits, the same for each run. */
function* visits(): Generator<Visit, never> {
  const random = seeded(1790)
  // Shuffled, so that the most read are not the oldest.
  const order = seeded(2021)
  const articles = corpus
    .articles()
    .map((article) => ({ article, place: order() }))
    .sort((a, b) => a.place - b.place)
    .map(({ article }) => article)
  const drawArticle = zipf(articles.length, random)
  const drawCategory = zipf(categories.length, random)
  const drawSearch = zipf(searches.length, random)
  for (let number = 0; ; number++) {
    const slug = articles[drawArticle()]?.slug ?? ""
    switch (drawKind(random)) {
      case "home":
        yield { method: "GET", path: "/" }
        break
      case "category": {
        const category = categories[categories.length - 1 - drawCategory()]
        yield { method: "GET", path: `/president/${category?.slug}` }
        break
      }
      case "search":
        yield { method: "GET", path: `/search?q=${encodeURIComponent(searches[drawSearch()] ?? "")}` }
        break
      case "publish": {
        const form = new URLSearchParams({
          headline: `Headline number ${number}`,
          summary: "Found by counting visits.",
        })
        yield { method: "POST", path: `/article/${slug}/correction`, form: String(form) }
        break
      }
      default:
        yield { method: "GET", path: `/article/${slug}` }
    }
  }
}

/** One of the mix, or nothing for the others. */
function drawKind(random: () => number): keyof typeof mix | undefined {
  let rest = Math.floor(random() * 1_000)
  for (const kind of Object.keys(mix) as (keyof typeof mix)[]) {
    rest -= mix[kind]
    if (rest < 0) return kind
  }
  return undefined
}

function visit(visitor: Visitor, asked: Visit): Promise<void> {
  const { agent, address, language } = visitor
  const { method, path, form } = asked
  const { hostname, port } = new URL(address)
  const headers = {
    "accept-language": language,
    ...(form !== undefined && { "content-type": "application/x-www-form-urlencoded", origin: address }),
  }
  return new Promise((resolve, reject) => {
    const sent = request({ agent, hostname, port, method, path, headers }, (answer) => {
      const expected = method === "POST" ? 303 : 200
      if (answer.statusCode !== expected) reject(new Error(`${method} ${path} was answered ${answer.statusCode}`))
      answer.resume()
      answer.on("end", resolve)
      answer.on("error", reject)
    })
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // The server closed an idle connection just before it was reused.
      if (error.code === "ECONNRESET" && sent.reusedSocket) resolve(visit(visitor, asked))
      else reject(error)
    })
    sent.end(form)
  })
}

async function message(child: ChildProcess): Promise<Record<string, unknown>> {
  const [told] = await once(child, "message", { signal: AbortSignal.timeout(60_000) })
  return told as Record<string, unknown>
}

/** The results per second of the server. */
interface Yield {
  readonly pages: number
  /** What its processor could serve, had it nothing else to do: what stays the same on a busy machine. */
  readonly pagesOfProcessor: number
}

async function run(on: boolean, seconds: number): Promise<Yield> {
  const program = fileURLToPath(new URL("load-server.js", import.meta.url))
  const child = fork(program, on ? [] : ["--off"])
  const { address } = (await message(child)) as { address: string }
  const agent = new Agent({ keepAlive: true, maxSockets: visitors })
  const row = visits()
  let pages = 0
  /** All visitors at once, until it is enough. */
  const visitWhile = async (more: () => boolean): Promise<number> => {
    pages = 0
    const start = performance.now()
    const visitor = async (_: unknown, number: number): Promise<void> => {
      const language = accepted[number % accepted.length] ?? ""
      while (more()) {
        const next = row.next().value
        // With the caches off, corrections cannot be stored either.
        if (!on && next.method === "POST") continue
        pages++
        await visit({ agent, address, language }, next)
      }
    }
    await Promise.all(Array.from({ length: visitors }, visitor))
    return (performance.now() - start) / 1_000
  }
  const cold = on ? warmUp.on : warmUp.off
  const warm = await visitWhile(() => pages < cold)
  child.send("begin")
  await message(child)
  const end = performance.now() + seconds * 1_000
  const took = await visitWhile(() => performance.now() < end)
  child.send("tell")
  const { layers, cpu } = (await message(child)) as {
    layers: Record<string, LayerCounts>
    cpu: NodeJS.CpuUsage
  }
  agent.destroy()
  child.disconnect()
  const busy = (cpu.user + cpu.system) / 1_000_000
  console.log(`\nCaching ${on ? "on" : "off"}: ${(pages / took).toFixed(1)} pages a second`)
  console.log(`${((1_000 * busy) / pages).toFixed(2)} ms of the server's processor a page`)
  console.log(`(before that, the first ${cold} visits took ${warm.toFixed(1)} seconds)`)
  console.table(
    Object.fromEntries(
      Object.entries(layers).map(([alias, { reads, hits, producers }]) => [
        alias,
        {
          reads,
          "hit ratio": reads === 0 ? "" : `${((100 * hits) / reads).toFixed(1)} %`,
          "producer calls": producers,
        },
      ]),
    ),
  )
  return { pages: pages / took, pagesOfProcessor: pages / busy }
}

const { values } = parseArgs({ options: { seconds: { type: "string", default: "10" } } })
const seconds = Number(values.seconds)
if (!(seconds > 0 && seconds <= 3_600)) {
  console.error("Usage: node dist/load.js [--seconds 10]")
  process.exit(1)
}
console.log(
  `${visitors} visitors for ${seconds} seconds each time; of 1,000 visits ${mix.home} go to the front page, ${mix.category} to`,
)
console.log(
  `presidents, ${mix.search} search, ${mix.publish} publish a correction, and the others read articles by Zipf's law.`,
)
const off = await run(false, seconds)
const on = await run(true, seconds)
const times = (on.pages / off.pages).toFixed(0)
const timesOfProcessor = (on.pagesOfProcessor / off.pagesOfProcessor).toFixed(0)
console.log(
  `\nWith its caches the site serves ${times} times as many pages a second, and ${timesOfProcessor} times as many`,
)
console.log("for each second of its processor.")
