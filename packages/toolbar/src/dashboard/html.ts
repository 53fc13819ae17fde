/** Markup that is safe to send. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What can be put into markup: text, which is escaped, or markup. */
export type Content = string | number | Html | readonly Content[]

/** Makes markup. Whatever is put in is escaped, for text and for attributes in double quotes, unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(String.raw({ raw: parts }, ...contents.map(markupOf)))
}

function markupOf(content: Content): string {
  if (content instanceof Html) return content.text
  if (typeof content === "object") return content.map(markupOf).join("")
  return String(content).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
