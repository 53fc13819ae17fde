import { MyStoreBackend } from "./my-store-backend.js"

/**
 * Creates a backend from a URL, `my-store:`. `backendFromUrl` of `@larder/core/url` calls it if its options contain
 * `packages: { "my-store": "larder-my-store" }`. Throws a `TypeError` for any other URL.
 */
export function fromUrl(url: string): MyStoreBackend {
  // If your store has an address, read it from `new URL(url)` here. A URL can contain a password: keep it out of messages.
  if (url !== "my-store:") throw new TypeError('The URL must be "my-store:"')
  return new MyStoreBackend()
}
