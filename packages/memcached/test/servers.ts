import { addressOf } from "@larder/services/address"

/** The servers of the tests, as `host:port`. They are shared. */
export const servers: readonly string[] = addressOf("MEMCACHED_URLS")
  .split(",")
  .map((url) => url.replace(/^memcached:\/\//, ""))
