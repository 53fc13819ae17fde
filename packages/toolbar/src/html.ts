/** Markup in ASCII, which is the same in every encoding that a page may have. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Content = string | number | Markup | undefined | readonly Content[]

/** A template tag for markup. Escapes all values except `Markup`. */
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

/** Escapes text and quoted attribute values. Numeric references work in every encoding of the page. */
export function escapeHtml(text: string): string {
  return showInvisible(text).replace(/[^ !#-%(-;=?-~]/gu, (character) => `&#${character.codePointAt(0)};`)
}

/**
 * Shows control and format characters and lone surrogates as escapes such as `\u{200e}`. Otherwise they would be invisible,
 * reorder the text around them, or be lost.
 */
function showInvisible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`
  })
}
