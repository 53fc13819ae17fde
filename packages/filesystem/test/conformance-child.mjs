import { FilesystemBackend } from "@larder/filesystem"

export function create(options) {
  return new FilesystemBackend(options)
}
