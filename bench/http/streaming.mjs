import { once } from "node:events"
import { createServer, get } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { Cache } from "@larder/core"
import { cacheSite } from "@larder/http/node"
import { LocmemBackend } from "@larder/locmem"

const mebibyte = 2 ** 20
const mebibytes = 100

/** How much more memory this process takes while it streams a long body through a page cache and reads it. */
export async function measureStream() {
  const cached = cacheSite({ cache: new Cache(new LocmemBackend()) })
  const piece = Buffer.alloc(mebibyte / 16, "x")
  const server = createServer(
    cached((_request, response) => {
      response.writeHead(200, { "Cache-Control": "max-age=600" })
      const source = Readable.from(
        (function* () {
          for (let sent = 0; sent < mebibytes * 16; sent++) yield piece
        })(),
      )
      return pipeline(source, response)
    }),
  )
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const before = process.memoryUsage().rss
  let most = before
  let received = 0
  const [response] = await once(get({ host: "127.0.0.1", port: server.address().port }), "response")
  for await (const chunk of response) {
    received += chunk.byteLength
    most = Math.max(most, process.memoryUsage.rss())
  }
  server.close()
  server.closeAllConnections()
  if (received !== mebibytes * mebibyte) throw new Error(`The body has ${received} bytes`)
  return { mebibytes, grown: (most - before) / mebibyte }
}
