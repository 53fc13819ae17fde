/**
 * Where the server is that a test needs.
 *
 * @param name an environment variable: `REDIS_URL`, `REDIS_CLUSTER_URLS`, `REDIS_SENTINEL_URLS`, `REDIS_SENTINEL_NAME`,
 *   `MEMCACHED_URLS`, `POSTGRES_URL` or `MYSQL_URL`; those in the plural hold addresses with commas between them
 * @throws {Error} naming the remedy when it is not set
 */
export declare function addressOf(name: string): string
