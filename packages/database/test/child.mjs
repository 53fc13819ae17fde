import { fromUrl } from "@larder/database"

/** Opens the same table in another process. */
export function create(url) {
  return fromUrl(url)
}
