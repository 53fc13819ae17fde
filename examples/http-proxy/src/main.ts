import { parseArgs } from "node:util"
import { createCachingProxy } from "./caching-proxy.js"

const usage = "Usage: node dist/main.js [--port 8080] [--origin http://127.0.0.1:8000]"

interface Arguments {
  readonly port: number
  readonly origin: URL
}

/** `undefined` if only the usage is asked for. Throws a `TypeError` for invalid arguments. */
function readArguments(): Arguments | undefined {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8080" },
      origin: { type: "string", default: "http://127.0.0.1:8000" },
      help: { type: "boolean", short: "h", default: false },
    },
  })
  if (values.help) return undefined
  const port = Number(values.port)
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    throw new TypeError(`--port is a number from 0 to 65535; got ${JSON.stringify(values.port)}`)
  }
  const origin = URL.canParse(values.origin) ? new URL(values.origin) : undefined
  if (origin?.protocol !== "http:") {
    throw new TypeError(`--origin is the http:// address of the server to cache; got ${JSON.stringify(values.origin)}`)
  }
  return { port, origin }
}

function serve({ port, origin }: Arguments): void {
  const proxy = createCachingProxy(origin)
  proxy.on("error", (error) => fail(`The proxy cannot listen on port ${port}: ${error.message}`))
  proxy.listen(port, "127.0.0.1", () => {
    const address = proxy.address()
    const listening = typeof address === "object" && address !== null ? address.port : port
    console.log(`Caching ${origin.origin} at http://127.0.0.1:${listening}`)
  })
}

function fail(reason: string): void {
  console.error(reason)
  process.exitCode = 1
}

try {
  const given = readArguments()
  if (given === undefined) console.log(usage)
  else serve(given)
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  fail(`${error.message}\n${usage}`)
}
