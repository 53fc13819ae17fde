import { createClient } from "@keyv/redis"
import { type Address, clusterUrls, master, sentinelUrls } from "./test-servers.js"

/** The servers of the cluster, at their announced addresses. */
export async function announcedByCluster(): Promise<readonly Address[]> {
  const slots = await asking(clusterUrls[0], (client) => client.clusterSlots())
  const servers = slots.flatMap(({ master, replicas }) => [master, ...replicas])
  return [...new Map(servers.map(({ host, port }) => [nameOf({ host, port }), { host, port }])).values()]
}

/** The master and its replicas, at the addresses that the sentinels announce. */
export async function announcedBySentinels(): Promise<readonly Address[]> {
  return asking(sentinelUrls[0], async (client) => {
    const address = await client.sendCommand<string[]>(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", master])
    const replicas = await client.sendCommand<string[][]>(["SENTINEL", "REPLICAS", master])
    const fieldOf = (replica: readonly string[], name: string) => replica[replica.indexOf(name) + 1]
    const addresses = [address, ...replicas.map((replica) => [fieldOf(replica, "ip"), fieldOf(replica, "port")])]
    return addresses.map(([host, port]) => ({ host: String(host), port: Number(port) }))
  })
}

/** Maps announced addresses of servers to other addresses. */
export function addressMapOf(announced: readonly Address[], addresses: readonly Address[]): Record<string, string> {
  return Object.fromEntries(announced.map((server, index) => [nameOf(server), nameOf(addresses[index] ?? server)]))
}

export function urlOf(address: Address): string {
  return `redis://${nameOf(address)}`
}

function nameOf({ host, port }: Address): string {
  return `${host}:${port}`
}

type Client = Awaited<ReturnType<typeof connected>>

function connected(url: string) {
  return createClient({ url }).connect()
}

async function asking<Answer>(url: string | undefined, ask: (client: Client) => Promise<Answer>): Promise<Answer> {
  const client = await connected(String(url))
  try {
    return await ask(client)
  } finally {
    client.destroy()
  }
}
