/** A value that a benchmark stores. */
export interface BenchValue {
  readonly name: string
  readonly value: unknown
  /** Entries per batch. 64 concurrent batches are some megabytes, which servers and networks carry within a second. */
  readonly batch: number
}

export const benchValues: readonly BenchValue[] = [
  { name: "small string", value: "The Union of these States is perpetual", batch: 100 },
  {
    name: "10 kB object",
    batch: 10,
    value: {
      id: 1861,
      title: "First Inaugural Address",
      published: true,
      paragraphs: Array.from({ length: 45 }, (_, number) => ({
        number,
        text: "A majority held in restraint by constitutional checks and limitations is the only true sovereign. ".repeat(
          2,
        ),
      })),
    },
  },
]
