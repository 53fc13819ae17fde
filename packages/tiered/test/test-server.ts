import type { StoreAddress } from "@larder/conformance"
import { addressOf } from "@larder/services/address"

/** `REDIS_URL`. */
export const url: string = addressOf("REDIS_URL")
const { hostname, port } = new URL(url)

/** Where that is. */
export const server: StoreAddress = { host: hostname, port: Number(port) }
