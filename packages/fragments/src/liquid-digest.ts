import { type TagToken, type Template, toPromise } from "liquidjs"
import type { TemplatePlace } from "./fragment-error.js"
import { digestOfTexts, fragmentId, warnOfUnknown } from "./template-digest.js"

const including: ReadonlySet<string> = new Set(["include", "render", "layout"])

/** The digest of a fragment's source and of the templates that it includes, found and read by the engine. */
export async function digestOfLiquid(
  text: string,
  templates: readonly Template[],
  place: TemplatePlace,
): Promise<string> {
  const texts: unknown[] = [text]
  const visit = async (some: readonly Template[], file: string): Promise<void> => {
    for (const template of some) {
      const named = template.partialScope?.()?.name
      if (named === undefined) {
        if (including.has((template.token as TagToken).name)) warnOfUnknown(undefined, { id: file }, place)
        await visit(await childrenOf(template), file)
        continue
      }
      const included = await includedBy(template)
      const token = included?.at(-1)?.token
      const source = token?.input ?? ""
      if (included === undefined) texts.push([named, "missing"])
      else if (!texts.includes(source)) {
        texts.push(source)
        await visit(included, token?.file ?? named)
      }
    }
  }
  await visit(templates, fragmentId)
  return digestOfTexts(texts)
}

async function childrenOf(template: Template): Promise<readonly Template[]> {
  return template.children === undefined ? [] : ((await toPromise(template.children(true, false))) as Template[])
}

/** `undefined` if there is no such file: rendering reports that, if it gets there. */
async function includedBy(template: Template): Promise<readonly Template[] | undefined> {
  try {
    return await childrenOf(template)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}
