import { addressOf } from "@larder/services/address"

/** The servers in the environment, in the formats of clients. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** `REDIS_URL`. */
export const url: string = addressOf("REDIS_URL")
export const server: Address = read(url)

/** Some servers of the cluster. */
export const clusterUrls: readonly string[] = addressOf("REDIS_CLUSTER_URLS").split(",")
export const clusterNodes: Address[] = clusterUrls.map(read)

/** The sentinels, and their name for the master. */
export const sentinelUrls: readonly string[] = addressOf("REDIS_SENTINEL_URLS").split(",")
export const sentinels: Address[] = sentinelUrls.map(read)
export const master: string = addressOf("REDIS_SENTINEL_NAME")

function read(address: string): Address {
  const { hostname, port } = new URL(address)
  return { host: hostname, port: Number(port) }
}
