import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"

// Split, so that the check does not find this file.
const machineFolders = ["work", "tmp", "root"].join("|")
const forbidden = [
  {
    pattern: new RegExp(`(?<![\\w.)}\\]-])/(?:${machineFolders})(?:/|(?![\\w-]))`),
    complaint: "names a folder of one machine; temporary ones come from os.tmpdir()",
  },
  {
    pattern: new RegExp(`\\b${"registry"}\\.[a-z0-9-]+\\.[a-z]+`),
    complaint: "names a registry; everybody has their own",
  },
]

/**
 * Checks the text files that git tracks, or would track after `git add`, for paths and hosts of one machine.
 *
 * @param {string} root
 * @returns {string[]} findings
 */
export function checkTrackedText(root) {
  const listing = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"]
  const paths = execFileSync("git", listing, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }).split("\0")
  return paths.filter((path) => path !== "").flatMap((path) => checkText(path, readText(join(root, path))))
}

/**
 * @param {string} path named in the findings
 * @param {string} text
 * @returns {string[]} findings
 */
export function checkText(path, text) {
  return text
    .split("\n")
    .flatMap((line, index) =>
      forbidden
        .filter(({ pattern }) => pattern.test(line))
        .map(({ complaint }) => `${path}:${index + 1}: ${complaint}: ${line.trim().slice(0, 120)}`),
    )
}

/** @param {string} path */
function readText(path) {
  try {
    const text = readFileSync(path, "utf8")
    return text.includes("\0") ? "" : text
  } catch {
    // Deleted in the working tree, or a link to a folder.
    return ""
  }
}
