import { MyStoreBackend } from "./my-store-backend.js"

/**
 * Creates the backend that a URL describes: `my-store:`. `backendFromUrl` of `@larder/core/url` calls it, if its options
 * have `packages: { "my-store": "larder-my-store" }`. Throws a `TypeError` for any other URL.
 */
export function fromUrl(url: string): MyStoreBackend {
  // A store with an address reads it from `new URL(url)` here. A URL can contain a password: do not repeat it in a message.
  if (url !== "my-store:") throw new TypeError('The URL must be "my-store:"')
  return new MyStoreBackend()
}
