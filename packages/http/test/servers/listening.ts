import { once } from "node:events"
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions, type Server } from "node:http"
import type { AddressInfo, Server as NetServer } from "node:net"

/** A server on a free port of this machine. */
export interface Listening {
  readonly port: number
  /** Closes the server and all its connections. */
  close(): Promise<void>
}

export async function listen(server: NetServer & Partial<Pick<Server, "closeAllConnections">>): Promise<Listening> {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    port: portOf(server.address()),
    async close() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections?.()
      await closed
    },
  }
}

export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("The server listens on no port")
  return address.port
}

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly trailers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  readonly text: string
}

/** Sends a request on a connection of its own and reads the whole answer. */
export async function send(
  port: number,
  path: string,
  options: RequestOptions & { body?: string } = {},
): Promise<Answer> {
  const { body, ...rest } = options
  const request = httpRequest({ host: "127.0.0.1", port, path, agent: false, ...rest })
  request.end(body)
  const [response] = await once(request, "response")
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const whole = Buffer.concat(chunks)
  const { statusCode, headers, rawHeaders, trailers } = response
  return { status: statusCode, headers, rawHeaders, trailers, body: whole, text: whole.toString() }
}
