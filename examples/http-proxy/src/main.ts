import { parseArgs } from "node:util"
import { createCachingProxy } from "./caching-proxy.js"

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    origin: { type: "string", default: "http://127.0.0.1:8000" },
  },
})
const port = Number(values.port)
const origin = URL.canParse(values.origin) ? new URL(values.origin) : undefined

if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  fail(`--port is a number from 0 to 65535; got ${values.port}`)
} else if (origin?.protocol !== "http:") {
  fail(`--origin is the http:// address of the server to cache; got ${values.origin}`)
} else {
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
