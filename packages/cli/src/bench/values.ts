/** What is stored in a benchmark, by name. */
export const benchValues: Readonly<Record<"small string" | "10 kB object", unknown>> = {
  "small string": "The Union of the States is perpetual",
  "10 kB object": {
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
}
