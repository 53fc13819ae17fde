import { parseArgs } from "node:util"
import { createCachingProxy } from "./caching-proxy.js"

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    origin: { type: "string", default: "http://127.0.0.1:8000" },
  },
})

createCachingProxy(new URL(values.origin)).listen(Number(values.port), "127.0.0.1", () => {
  console.log(`Caching ${values.origin} at http://127.0.0.1:${values.port}`)
})
