import type { Eta, TemplateFunction } from "eta"
import { includeCalls } from "./include-calls.js"
import { type FindIncluded, fragmentId, type TemplateSource } from "./template-digest.js"

/** The sources of compiled templates: those named `@…` are not files. */
export type CompiledTexts = Pick<WeakMap<TemplateFunction, string>, "get">

/** Finds the includes of a fragment in the file `filepath`, as the engine does. */
export function foundBy(eta: Eta, compiled: CompiledTexts, filepath: string | undefined): FindIncluded {
  /** The file that names in a template are relative to; a template without a file inherits that of its includer. */
  const baseOf = new Map([[fragmentId, filepath]])
  return (name, from) => {
    const base = baseOf.get(from.id)
    if (!name.startsWith("@")) {
      const file = fileOf(eta, name, base)
      if (file !== undefined) baseOf.set(file.id, file.id)
      return file ?? "missing"
    }
    const template: TemplateFunction | undefined = eta.templatesAsync.get(name) ?? eta.templatesSync.get(name)
    if (template === undefined) return "missing"
    const text = compiled.get(template)
    if (text === undefined) return "unknown"
    baseOf.set(name, base)
    return { id: name, text, includes: includeCalls(text) }
  }
}

function fileOf(eta: Eta, name: string, base: string | undefined): TemplateSource | undefined {
  try {
    const id = eta.resolvePath(name, base === undefined ? {} : { filepath: base })
    const text = eta.readFile(id)
    return { id, text, includes: includeCalls(text) }
  } catch (error) {
    if ((error as Error).name === "EtaFileResolution Error") return undefined
    throw error
  }
}
