import { addressOf } from "./server-url.js"

interface ServerOptions {
  readonly host?: string
  readonly port?: number
  readonly path?: string
  readonly tls?: unknown
}

/** The options read from a client: node-redis nests those of the socket, ioredis does not. */
interface ClientOptions extends ServerOptions {
  readonly socket?: ServerOptions
  readonly database?: number
  readonly db?: number
  readonly sentinels?: readonly ServerOptions[] | null
  readonly name?: string | null
}

/** Names the server, or the sentinels, of an application's client. Unknown for clusters and pools. */
export function givenLocation(client: object): string | undefined {
  const { options, isCluster } = client as { readonly options?: ClientOptions; readonly isCluster?: boolean }
  if (options === undefined || isCluster === true) return undefined
  const { socket = options, database = options.db ?? 0, sentinels, name } = options
  if (socket.path) return undefined
  const scheme = socket.tls ? "rediss:" : "redis:"
  if (!sentinels?.length) return `${scheme}//${placeOf(socket, 6379)}/${database}`
  const places = sentinels.map((sentinel) => placeOf(sentinel, 26379))
  return `${scheme}//${places.join()}/${database}?sentinel=${encodeURIComponent(name ?? "")}`
}

function placeOf({ host = "localhost", port }: ServerOptions, defaultPort: number): string {
  return addressOf({ host, port: port ?? defaultPort })
}
