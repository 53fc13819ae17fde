/** The path of a Node that has `node:sqlite`; undefined where this one has none and no other one is packaged. */
export declare function nodeWithSqlite(): string | undefined
