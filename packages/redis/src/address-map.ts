/** Where a server is reached. */
export interface Place {
  readonly host: string
  readonly port: number
}

/** Where a server is reached from here that tells this place of itself. */
export type AddressMap = (told: Place) => Place

/**
 * Reads `{ "10.0.0.1:6379": "127.0.0.1:7001" }`; servers that are not in it are where they say. Throws a `TypeError` for what
 * is no such map.
 */
export function readAddressMap(map: Readonly<Record<string, string>> | undefined): AddressMap {
  if (map === undefined) return (told) => told
  if (typeof map !== "object" || map === null) throw invalid(map)
  const reached = new Map(Object.entries(map).map(([told, here]) => [nameOf(placeOf(told)), placeOf(here)]))
  return (told) => reached.get(nameOf(told)) ?? told
}

function nameOf({ host, port }: Place): string {
  return `${host}:${port}`
}

function placeOf(address: unknown): Place {
  const [, host, ipv6 = host, port] =
    (typeof address === "string" && /^([^\s:/@[\]]+|\[([0-9a-f:.]+)\]):(\d{1,5})$/i.exec(address)) || []
  if (ipv6 === undefined || !(Number(port) >= 1 && Number(port) <= 65_535)) throw invalid(address)
  return { host: ipv6, port: Number(port) }
}

/** Shows nothing before an @: somebody may have put a password there. */
function invalid(value: unknown): TypeError {
  const shown = JSON.stringify(typeof value === "string" ? value.replace(/^.*@/s, "***@") : value)
  return new TypeError(
    `addressMap has ${shown}, expected addresses mapped to addresses: { "10.0.0.1:6379": "127.0.0.1:7001" }`,
  )
}
