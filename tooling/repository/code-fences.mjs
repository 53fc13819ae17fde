/**
 * @typedef {object} CodeFence
 * @property {string} language the first word after the backticks, or an empty string
 * @property {readonly string[]} marks the other words after the backticks
 * @property {number} line the line of the opening backticks, counted from 1
 * @property {string} code without the indentation of the fence
 */

/**
 * Finds the fenced code blocks of a Markdown text.
 *
 * @param {string} markdown
 * @returns {CodeFence[]}
 */
export function codeFences(markdown) {
  /** @type {CodeFence[]} */
  const fences = []
  /** @type {{ indent: string, fence: string, info: string, line: number, code: string[] } | undefined} */
  let open
  for (const [index, text] of markdown.split("\n").entries()) {
    const match = /^(\s*)(`{3,}|~{3,})\s*([^`]*)$/.exec(text)
    if (!open) {
      const [, indent = "", fence = "", info = ""] = match ?? []
      if (match) open = { indent, fence, info: info.trim(), line: index + 1, code: [] }
    } else if (match && match[3] === "" && match[2]?.startsWith(open.fence)) {
      const [language = "", ...marks] = open.info.split(/\s+/)
      fences.push({ language, marks, line: open.line, code: open.code.join("\n") })
      open = undefined
    } else {
      open.code.push(text.startsWith(open.indent) ? text.slice(open.indent.length) : text)
    }
  }
  return fences
}
