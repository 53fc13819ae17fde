import type { ProducerContext } from "@larder/core"
import { LONGEST_STORED, MOST_TAGS } from "./fragment-options.js"
import type { Rendered } from "./rendered.js"
import { warnOnce } from "./warn-once.js"

/**
 * Sets the tags of the cache entry, or skips storing it. A fragment with more tags than an entry can have is not stored,
 * with a warning.
 */
export function settle(
  context: Pick<ProducerContext, "tags" | "skip">,
  name: string,
  { html, tags, uncacheable }: Rendered,
  maxLength: number = LONGEST_STORED,
): void {
  if (tags.length > MOST_TAGS) warnOfTags(name, tags.length)
  if (uncacheable !== undefined || html.length > maxLength || tags.length > MOST_TAGS) context.skip()
  else if (tags.length > 0) context.tags(tags)
}

function warnOfTags(name: string, count: number): void {
  warnOnce(
    "LARDER_FRAGMENT_TAGS",
    name,
    `The fragment ${JSON.stringify(name)} depends on ${count} tags, those of the fragments inside included, and is not ` +
      `stored: an entry has at most ${MOST_TAGS}. Give what it lists one tag in common, or cache only what is inside`,
  )
}
