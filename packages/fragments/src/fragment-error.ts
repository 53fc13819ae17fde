/** Where in a template something stands, as far as its engine tells. */
export interface TemplatePlace {
  /** The name or path of the template. */
  readonly template?: string | undefined
  /** Counted from 1. */
  readonly line?: number | undefined
}

/** A fragment is written in a way that cannot be cached, or with arguments that cannot be meant; the message says where. */
export class FragmentError extends Error {
  override readonly name = "FragmentError"
  /** The name or path of the template, where its engine tells. */
  readonly template: string | undefined
  /** Counted from 1. */
  readonly line: number | undefined

  constructor(message: string, place: TemplatePlace = {}, options?: ErrorOptions) {
    super(`${placeText(place)}${message}`, options)
    this.template = place.template
    this.line = place.line
  }
}

/** Where it is, as the beginning of a message; empty when nothing is known. */
export function placeText({ template, line }: TemplatePlace): string {
  if (line === undefined) return template === undefined ? "" : `${template}: `
  return template === undefined ? `line ${line}: ` : `${template}:${line}: `
}
