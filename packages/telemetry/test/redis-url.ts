import { addressOf } from "@larder/services/address"

/** `REDIS_URL`. */
export const redisUrl: string = addressOf("REDIS_URL")
