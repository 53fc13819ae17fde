import { execFileSync } from "node:child_process"
import { describe, expect, it } from "vitest"
import { checkDocumentLinks } from "./document-links.mjs"
import { temporaryTree } from "./temporary-tree.mjs"

/** @param {Readonly<Record<string, string>>} files */
function findingsIn(files) {
  const root = temporaryTree(files)
  execFileSync("git", ["init", "--quiet"], { cwd: root })
  return checkDocumentLinks(root)
}

describe("checkDocumentLinks", () => {
  it("accepts links to files, folders, headings and other sites", () => {
    const links = ["docs/a.md", "docs", "docs/a.md#what-it-costs", "docs#use", "#this-page", "https://example.org/a.md"]
    const text = `# This page\n\n${links.map((link) => `[text](${link})`).join("\n")}\n`
    const files = { "README.md": text, "docs/a.md": "## What `it` costs?\n", "docs/README.md": "# Use\n" }
    expect(findingsIn(files)).toEqual([])
  })

  it.each(["docs/b.md", "/docs/b.md", "docs/a.md#why", "#why", "picture.png#why"])(
    "finds the broken link %s",
    (link) => {
      const files = { "README.md": `# Title\n\n[text](${link})\n`, "docs/a.md": "# Use\n", "picture.png": "" }
      expect(findingsIn(files)).toEqual([`README.md: the link to ${link} leads nowhere`])
    },
  )

  it("reads links relative to their document", () => {
    const text = "[one](b.md) [other](../README.md) [`code`](c.md)\n"
    expect(findingsIn({ "docs/a.md": text, "docs/b.md": "", "README.md": "" })).toEqual([
      "docs/a.md: the link to c.md leads nowhere",
    ])
  })

  it("does not mistake code for links", () => {
    expect(findingsIn({ "README.md": "`[a](b)`\n\n```ts\ncalls[0](argument)\n```\n" })).toEqual([])
  })

  it("requires every decision to be in the index, by its title", () => {
    const index = "- 01 [First](0001-first.md)\n- 02 [Another title](0002-second.md)\n"
    const files = {
      "docs/decisions/README.md": index,
      "docs/decisions/0001-first.md": "# 1. First\n",
      "docs/decisions/0002-second.md": "# 2. Second\n",
      "docs/decisions/0003-third.md": "# 4. Third\n",
    }
    expect(findingsIn(files)).toEqual([
      'docs/decisions/README.md: lacks the line "- 02 [Second](0002-second.md)"',
      'docs/decisions/0003-third.md: a record must be named NNNN-topic.md and begin with "# N. Title"',
    ])
  })
})
