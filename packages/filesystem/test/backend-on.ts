import { onTestFinished } from "vitest"
import { FilesystemBackend, type FilesystemBackendOptions } from "../src/index.js"

/** A backend that is closed when the test is over. */
export function backendOn(
  directory: string,
  options: Omit<FilesystemBackendOptions, "directory"> = {},
): FilesystemBackend {
  const backend = new FilesystemBackend({ directory, ...options })
  onTestFinished(() => backend.close())
  return backend
}

/** The bytes of a text, as a value. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** What a value says; `undefined` for a miss. */
export function text(value: Uint8Array | undefined): string | undefined {
  return value && new TextDecoder().decode(value)
}
