/** Markup, in ASCII, so that it means the same in any encoding of a page. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Content = string | number | Markup | undefined | readonly Content[]

/** Markup from a template: what is put in is escaped, unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(
    parts.map((part, index) => part + (index < contents.length ? textOf(contents[index]) : "")).join(""),
  )
}

function textOf(content: Content): string {
  if (content === undefined) return ""
  if (content instanceof Markup) return content.text
  if (typeof content === "object") return content.map(textOf).join("")
  return escapeHtml(String(content))
}

/** For text and for quoted attributes. Numeric references also carry what the encoding of the page lacks. */
export function escapeHtml(text: string): string {
  return showInvisible(text).replace(/[^ !#-%(-;=?-~]/gu, (character) => `&#${character.codePointAt(0)};`)
}

/**
 * Control and format characters and lone surrogates as escapes, `\u{200e}`: they would be invisible, reorder the text around
 * them, or be lost.
 */
function showInvisible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`
  })
}
