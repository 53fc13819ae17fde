import { addressOf } from "@larder/services/address"

/** The servers that tests may use, as `host:port`. Others use them too. */
export const servers: readonly string[] = addressOf("MEMCACHED_URLS")
  .split(",")
  .map((url) => url.replace(/^memcached:\/\//, ""))
