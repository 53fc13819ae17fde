/** How often each term occurs. */
export type TermCounts = ReadonlyMap<string, number>

// What every speaker says in every year tells no two addresses apart.
const stopWords = new Set(
  `about above after again against ago all also always among and any are because been before being between both but can
  cannot could did does doing don done down during each ever every few for from further get gets give given goes going got great had has have
  having her here hers him his how however into its itself just know last less let like made make making many may
  might more most much must nor not now off once only other ought our ours out over own per same shall she should
  since some still such than thank that the their theirs them then there these they thing things think this those though through thus
  time too under until upon very want wants was way well were what when where whether which while who whom whose why will with
  within without would year years yet you your yes back come one two three first second new good look said say says tell president congress government
  people states united nation national country american americans america tonight applause`.split(/\s+/),
)

/** The terms of a text: lower-case words of three letters and more that say something, each with its count. */
export function countTerms(text: string): TermCounts {
  const counts = new Map<string, number>()
  for (const term of wordsOf(text)) {
    if (!stopWords.has(term)) counts.set(term, (counts.get(term) ?? 0) + 1)
  }
  return counts
}

/** The lower-case words of three letters and more, in order. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z]{3,}/g) ?? []
}
