import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, onTestFinished } from "vitest"

/** A fresh directory that is removed when the test is over. */
export function temporaryDirectory(): string {
  const directory = makeDirectory()
  onTestFinished(() => removeDirectory(directory))
  return directory
}

/** A fresh directory that is removed when all tests of the file are over. */
export function suiteDirectory(): string {
  const directory = makeDirectory()
  afterAll(() => removeDirectory(directory))
  return directory
}

function makeDirectory(): string {
  return mkdtempSync(join(tmpdir(), "larder-"))
}

function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
}
