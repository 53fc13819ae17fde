import type { Caches } from "./caches.js"
import type { Corpus } from "./corpus.js"
import { Corrections } from "./corrections.js"
import { Queries } from "./queries.js"
import { Readership } from "./readership.js"
import { Stories } from "./stories.js"
import { Views } from "./views.js"

/** What the pages of the site are rendered with. */
export class Site {
  readonly corpus: Corpus
  readonly corrections: Corrections
  readonly queries: Queries
  readonly stories: Stories
  readonly readership: Readership
  readonly views: Views

  constructor(corpus: Corpus, caches: Caches) {
    this.corpus = corpus
    this.corrections = new Corrections(caches)
    this.queries = new Queries(corpus, this.corrections, caches)
    this.stories = new Stories(corpus, this.queries, this.corrections, caches)
    this.readership = new Readership(corpus, caches)
    this.views = new Views(caches)
  }
}
