import { once } from "node:events"
import { createServer, get } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { Cache } from "@larder/core"
import { cacheSite } from "@larder/http/node"
import { LocmemBackend } from "@larder/locmem"

const mebibyte = 2 ** 20
const mebibytes = 100
const warmUp = 10

/** How much the memory of this process grows while it streams a long body through a page cache and reads it. */
export async function measureStream() {
  const cached = cacheSite({ cache: new Cache(new LocmemBackend()) })
  const server = createServer(
    cached((request, response) => {
      response.writeHead(200, { "Cache-Control": "max-age=600" })
      return pipeline(Readable.from(pieces(Number(request.url.slice(1)))), response)
    }),
  )
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  await read(server, warmUp, () => {})
  const before = process.memoryUsage.rss()
  let most = before
  await read(server, mebibytes, () => {
    most = Math.max(most, process.memoryUsage.rss())
  })
  server.close()
  server.closeAllConnections()
  return { mebibytes, grown: (most - before) / mebibyte }
}

function* pieces(size) {
  const piece = Buffer.alloc(mebibyte / 16, "x")
  for (let sent = 0; sent < size * 16; sent++) yield piece
}

/** Reads a body of this many MiB as it arrives. */
async function read(server, size, onChunk) {
  const [response] = await once(get({ host: "127.0.0.1", port: server.address().port, path: `/${size}` }), "response")
  let received = 0
  for await (const chunk of response) {
    received += chunk.byteLength
    onChunk()
  }
  if (received !== size * mebibyte) throw new Error(`The body has ${received} bytes`)
}
