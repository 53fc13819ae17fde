/** Where a server is reached. */
export interface Place {
  readonly host: string
  readonly port: number
}

/** Where a server that announces this address can be reached. */
export type AddressMap = (told: Place) => Place

/**
 * Reads `{ "10.0.0.1:6379": "127.0.0.1:7001" }`; other servers are reached at the address that they announce. Throws a
 * `TypeError` for anything else.
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

/** Hides everything before an @: it may be a password. */
function invalid(value: unknown): TypeError {
  const shown = JSON.stringify(typeof value === "string" ? value.replace(/^.*@/s, "***@") : value)
  return new TypeError(
    `addressMap has ${shown}, expected addresses mapped to addresses: { "10.0.0.1:6379": "127.0.0.1:7001" }`,
  )
}
