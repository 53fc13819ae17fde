import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"

const decisions = "docs/decisions"
const decisionIndex = `${decisions}/README.md`

/**
 * Checks that relative links in Markdown lead to existing files, folders and headings, and that the index of decisions lists
 * every record by its title.
 *
 * @param {string} root
 * @returns {string[]} findings
 */
export function checkDocumentLinks(root) {
  const listing = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z", "*.md"]
  const paths = execFileSync("git", listing, { cwd: root, encoding: "utf8" }).split("\0")
  // Git also lists files that were deleted only in the working tree.
  const documents = paths.filter((path) => path !== "" && existsSync(join(root, path)))
  return [...documents.flatMap((path) => brokenLinks(root, path)), ...unlistedDecisions(root, documents)]
}

/**
 * @param {string} root
 * @param {string} document
 */
function brokenLinks(root, document) {
  const text = withoutCode(readFileSync(join(root, document), "utf8"))
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target) && !leadsSomewhere(root, document, target))
    .map((target) => `${document}: the link to ${target} leads nowhere`)
}

/**
 * @param {string} root
 * @param {string} document
 * @param {string} target relative to the document
 */
function leadsSomewhere(root, document, target) {
  const [path = "", heading] = target.split("#")
  const place = path === "" ? document : normalize(join(dirname(document), path))
  if (!existsSync(join(root, place))) return false
  if (heading === undefined) return true
  const page = [place, join(place, "README.md")].find((one) => one.endsWith(".md") && existsSync(join(root, one)))
  return page !== undefined && anchorsOf(readFileSync(join(root, page), "utf8")).includes(heading)
}

/**
 * @param {string} markdown
 * @returns {string[]} the anchors that GitHub generates for headings
 */
function anchorsOf(markdown) {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  )
}

/**
 * @param {string} root
 * @param {readonly string[]} documents
 */
function unlistedDecisions(root, documents) {
  const index = documents.includes(decisionIndex) ? readFileSync(join(root, decisionIndex), "utf8") : ""
  return documents
    .filter((path) => dirname(path) === decisions && path !== decisionIndex)
    .flatMap((path) => {
      const file = path.slice(decisions.length + 1)
      const number = /^(\d{4})-/.exec(file)?.[1]
      const [, stated, title] = /^# (\d+)\. (.+)$/m.exec(readFileSync(join(root, path), "utf8")) ?? []
      if (number === undefined || Number(stated) !== Number(number))
        return [`${path}: a record must be named NNNN-topic.md and begin with "# N. Title"`]
      const line = `- ${String(stated).padStart(2, "0")} [${title}](${file})`
      return index.includes(line) ? [] : [`${decisionIndex}: lacks the line "${line}"`]
    })
}

/**
 * Removes code, in which brackets and parentheses are not links.
 *
 * @param {string} markdown
 */
function withoutCode(markdown) {
  return markdown.replace(/^ *(```|~~~)[\s\S]*?^ *\1/gm, "").replace(/`[^`\n]*`/g, "")
}
