import { createCaches, DummyBackend, hashedKeyFunction, type Operation, operations } from "@larder/core"
import { type PageEvent, pageEvents } from "@larder/http"
import { type Caches, openCaches } from "./caches.js"
import { pageKeepingOf } from "./kept-pages.js"
import { startPortal } from "./portal.js"

// The server of the load script, in its own process: it reports on request what its caches did.

/** The counts of one cache. For pages, a read is a visit, and the producer is the view. */
export interface LayerCounts {
  reads: number
  hits: number
  producers: number
}

/** Caches that store nothing. */
function noCaches(): Caches {
  const nothing = { backend: () => new DummyBackend(), keyFunction: hashedKeyFunction }
  return createCaches({
    default: nothing,
    texts: nothing,
    fragments: nothing,
    pages: nothing,
    searches: nothing,
    counters: nothing,
    corrections: nothing,
  })
}

let layers: Record<string, LayerCounts> = {}
let cpu = process.cpuUsage()

function layerOf(name: string): LayerCounts {
  layers[name] ??= { reads: 0, hits: 0, producers: 0 }
  return layers[name]
}

function countOperation({ alias, hits, parent, producer }: Operation): void {
  if (parent !== undefined || alias === "pages") return
  const layer = layerOf(alias)
  if (producer !== undefined) layer.producers++
  layer.reads += hits?.length ?? 0
  layer.hits += hits?.filter(Boolean).length ?? 0
}

/** One event reports the lookup; another one, with `stored`, what happened to the rendered page. */
function countPage({ outcome, stored }: PageEvent): void {
  if (outcome === "bypass") return
  const layer = layerOf("pages")
  if (outcome === "hit") layer.hits++
  else if (stored !== undefined) layer.producers++
  layer.reads = layer.hits + layer.producers
}

const caches = process.argv.includes("--off") ? noCaches() : await openCaches(process.env.CACHE_URL || undefined)
const keeping = pageKeepingOf(process.env.CACHE_SITE)
const portal = await startPortal({ host: "127.0.0.1", port: 0, caches, keeping })
operations.asyncEnd.subscribe((message) => countOperation(message as Operation))
pageEvents.subscribe((message) => countPage(message as PageEvent))
process.on("message", (question) => {
  if (question === "begin") {
    layers = {}
    cpu = process.cpuUsage()
  }
  process.send?.({ layers, cpu: process.cpuUsage(cpu) })
})
process.on("disconnect", () => process.exit())
process.send?.({ address: portal.address })
