/** One line of a scrape. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const labelPair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)"(,|$)/y

/** Parses the text format of Prometheus, version 0.0.4. Throws a `SyntaxError` for invalid lines. */
export class Exposition {
  readonly samples: readonly Sample[]
  /** `counter`, `gauge` or `histogram`, by the name of the metric. */
  readonly types: ReadonlyMap<string, string>

  constructor(text: string) {
    const lines = text.split("\n").filter((line) => line !== "")
    this.types = new Map(
      lines.flatMap((line) => {
        const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? []
        return name === undefined || type === undefined ? [] : [[name, type] as const]
      }),
    )
    this.samples = lines.filter((line) => !line.startsWith("#")).map(parseSample)
  }

  /** The sum of the samples with these labels; `undefined` if there are none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const matching = this.samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )
    return matching.length === 0 ? undefined : matching.reduce((sum, { value }) => sum + value, 0)
  }

  /** The sums of a metric by one of its labels, without counters at zero. */
  by(label: string, name: string, labels: Readonly<Record<string, string>> = {}): Record<string, number> {
    const values = new Set(this.samples.filter((sample) => sample.name === name).map((sample) => sample.labels[label]))
    return Object.fromEntries(
      [...values].flatMap((value) => {
        if (value === undefined) return []
        const sum = this.sum(name, { ...labels, [label]: value })
        const isZeroCounter = sum === 0 && this.types.get(name) === "counter"
        return sum === undefined || isZeroCounter ? [] : [[value, sum]]
      }),
    )
  }
}

function parseSample(line: string): Sample {
  const [, name, list = "", value] = sampleLine.exec(line) ?? []
  if (name === undefined || value === undefined) throw new SyntaxError(`Invalid sample: ${line}`)
  const labels: Record<string, string> = {}
  labelPair.lastIndex = 0
  while (labelPair.lastIndex < list.length) {
    const [, label, text] = labelPair.exec(list) ?? []
    if (label === undefined || text === undefined) throw new SyntaxError(`Invalid labels: ${line}`)
    labels[label] = text.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped))
  }
  return { name, labels, value: value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value) }
}
