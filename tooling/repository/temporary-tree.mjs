import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { onTestFinished } from "vitest"

/**
 * Writes files to a temporary folder, which is removed at the end of the test.
 *
 * @param {Readonly<Record<string, string | object>>} files contents by path; objects are written as JSON
 * @returns {string} the folder
 */
export function temporaryTree(files) {
  const root = mkdtempSync(join(tmpdir(), "larder-tree-"))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content))
  }
  return root
}
