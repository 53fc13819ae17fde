import { fromUrl } from "@larder/database"

/** A handle on the same table, for other processes. */
export function create(url) {
  return fromUrl(url)
}
