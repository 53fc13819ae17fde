/** A place in a template, as far as the engine reports it. */
export interface TemplatePlace {
  /** The name or path of the template. */
  readonly template?: string | undefined
  /** Counted from 1. */
  readonly line?: number | undefined
}

/** A fragment that cannot be cached where it is, or has invalid arguments. The message begins with its place. */
export class FragmentError extends Error {
  override readonly name = "FragmentError"
  /** The name or path of the template, if the engine reports it. */
  readonly template: string | undefined
  /** Counted from 1. */
  readonly line: number | undefined

  constructor(message: string, place: TemplatePlace = {}, options?: ErrorOptions) {
    super(`${placeText(place)}${message}`, options)
    this.template = place.template
    this.line = place.line
  }
}

/** The place as the beginning of a message; empty if it is unknown. */
export function placeText({ template, line }: TemplatePlace): string {
  if (line === undefined) return template === undefined ? "" : `${template}: `
  return template === undefined ? `line ${line}: ` : `${template}:${line}: `
}
