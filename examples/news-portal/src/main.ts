import { parseArgs } from "node:util"
import { openCaches } from "./caches.js"
import { cachesDashboard } from "./dashboard.js"
import { type PageKeeping, pageKeepingOf } from "./kept-pages.js"
import { startPortal } from "./portal.js"

const usage = "Usage: [CACHE_URL=…] [CACHE_SITE=1] node dist/main.js [--port 3000] [--host 127.0.0.1]"

interface Arguments {
  readonly host: string
  readonly port: number
  readonly keeping: PageKeeping
}

/** Throws a `TypeError` for invalid arguments. */
function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "3000" },
      host: { type: "string", default: "127.0.0.1" },
    },
  })
  const port = Number(values.port)
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    throw new TypeError(`--port is a number from 0 to 65535; got ${JSON.stringify(values.port)}.`)
  }
  return { host: values.host, port, keeping: pageKeepingOf(process.env.CACHE_SITE) }
}

function fail(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

/** Explains in one sentence why the site cannot listen. */
function explain(error: unknown, { host, port }: Arguments): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === "EADDRINUSE") return `Port ${port} of ${host} is taken; choose another one with --port.`
  if (code === "EACCES" && port < 1024) return `Port ${port} needs privileges; choose one from 1024 with --port.`
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `${host} is no address of this machine; see --host.`
  }
  throw error
}

async function main(): Promise<void> {
  let options: Arguments
  try {
    options = readArguments()
  } catch (error) {
    fail(`${(error as Error).message} ${usage}`)
  }
  const cacheUrl = process.env.CACHE_URL || undefined
  const caches = await openCaches(cacheUrl).catch((error: Error) => fail(`CACHE_URL cannot be used: ${error.message}`))
  const dashboard = cachesDashboard(caches)
  const portal = await startPortal({ ...options, caches, dashboard }).catch((error) => fail(explain(error, options)))
  console.log(`The Annual Message is at ${portal.address}`)
  const store =
    cacheUrl === undefined ? "in memory; CACHE_URL=file:.larder/cache keeps it in files" : "where CACHE_URL says"
  const extent = options.keeping === "site" ? ", the whole site by cacheSite" : ""
  console.log(`Cached ${store}${extent}. Ctrl+C stops.`)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    portal
      .close()
      .then(() => dashboard.close())
      .then(() => caches.close())
      .then(() => process.connected && process.disconnect())
      .catch((error: unknown) => fail(String(error)))
  }
  process.once("SIGINT", stop)
  process.once("SIGTERM", stop)
  // In a cluster: end with the parent process.
  process.once("disconnect", stop)
  process.send?.({ address: portal.address })
}

await main()
