import { createCaches, DummyBackend, hashedKeyFunction, type Operation, operations } from "@larder/core"
import { type Caches, openCaches } from "./caches.js"
import { startPortal } from "./portal.js"

// The server of the load script, in a process of its own: it tells what its caches did when it is asked.

/** What one cache did. */
export interface LayerCounts {
  reads: number
  hits: number
  producers: number
}

/** Caches that keep nothing. */
function noCaches(): Caches {
  const nothing = { backend: () => new DummyBackend(), keyFunction: hashedKeyFunction }
  return createCaches({
    default: nothing,
    fragments: nothing,
    pages: nothing,
    searches: nothing,
    counters: nothing,
    corrections: nothing,
  })
}

let layers: Record<string, LayerCounts> = {}
let cpu = process.cpuUsage()

function count({ alias, hits, parent, producer }: Operation): void {
  if (parent !== undefined) return
  const layer = layers[alias] ?? { reads: 0, hits: 0, producers: 0 }
  layers[alias] = layer
  if (producer !== undefined) layer.producers++
  layer.reads += hits?.length ?? 0
  layer.hits += hits?.filter(Boolean).length ?? 0
}

const caches = process.argv.includes("--off") ? noCaches() : await openCaches(process.env.CACHE_URL || undefined)
const portal = await startPortal({ host: "127.0.0.1", port: 0, caches })
operations.asyncEnd.subscribe((message) => count(message as Operation))
process.on("message", (question) => {
  if (question === "begin") {
    layers = {}
    cpu = process.cpuUsage()
  }
  process.send?.({ layers, cpu: process.cpuUsage(cpu) })
})
process.on("disconnect", () => process.exit())
process.send?.({ address: portal.address })
