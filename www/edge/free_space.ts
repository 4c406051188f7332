// Overwrites what erased rows left in the storage's file. The runtime allows neither `secure_delete` nor `VACUUM`, so
// the tables are copied onto pages that were zeroed before, and the pages they stood on are zeroed after.

/** A rebuild copies everything at once: beyond this it would keep the project waiting for seconds. */
const MOST_BYTES = 256 * 1024 * 1024;
/** The log has room for fewer pages than this fills: what it held is overwritten as well. */
const LEAST_FILL = 8 * 1024 * 1024;
const ROW_BYTES = 1024 * 1024;

interface Thing extends Record<string, SqlStorageValue> {
  type: string;
  name: string;
  table: string;
  sql: string;
}

/** False when there is too much: then it is overwritten as the space is used again. */
export async function clearFreeSpace(storage: DurableObjectStorage, most = MOST_BYTES): Promise<boolean> {
  if (storage.sql.databaseSize > most) return false;
  await fill(storage);
  storage.transactionSync(() => rebuild(storage.sql));
  await fill(storage);
  return true;
}

/** Takes every free page and gives it back empty. Twice: the first pass's own pages may have had a past. */
async function fill(storage: DurableObjectStorage): Promise<void> {
  const bytes = Math.max(LEAST_FILL, 2 * storage.sql.databaseSize);
  for (let pass = 0; pass < 2; pass += 1) {
    storage.transactionSync(() => {
      occupy(storage.sql, bytes);
      vacate(storage.sql);
    });
    // Within one transaction pages go from hand to hand as they are.
    await storage.sync();
  }
}

function rebuild(sql: SqlStorage): void {
  const things = sql
    .exec<Thing>(
      `SELECT type, name, tbl_name AS "table", sql FROM sqlite_master WHERE sql IS NOT NULL
       AND tbl_name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT LIKE '\\_cf\\_%' ESCAPE '\\'`,
    )
    .toArray();
  const tables = things.filter(({ type }) => type === 'table');
  const counters = sql.exec<{ name: string; seq: number }>('SELECT name, seq FROM sqlite_sequence').toArray();
  for (const { name, sql: made } of tables) {
    sql.exec(made.replace(/^CREATE TABLE\s+"?\w+"?/i, `CREATE TABLE "${copyOf(name)}"`));
    sql.exec(`INSERT INTO "${copyOf(name)}" SELECT * FROM "${name}"`);
  }
  // Pages given back last are taken first: the indexes get these, and none that a table stood on.
  occupy(sql, 2 * sql.databaseSize);
  for (const { name } of tables) sql.exec(`DROP TABLE "${name}"`);
  vacate(sql);
  for (const { name } of tables) sql.exec(`ALTER TABLE "${copyOf(name)}" RENAME TO "${name}"`);
  for (const { type, sql: made } of things) if (type === 'index') sql.exec(made);
  // A number that was given once is never given again.
  for (const { name, seq } of counters) {
    sql.exec('DELETE FROM sqlite_sequence WHERE name = ?', name);
    sql.exec('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', name, seq);
  }
}

const copyOf = (name: string) => `copy_${name}`;

function occupy(sql: SqlStorage, bytes: number): void {
  sql.exec('CREATE TABLE filler (zeros BLOB)');
  for (let left = bytes; left > 0; left -= ROW_BYTES) {
    sql.exec('INSERT INTO filler VALUES (zeroblob(?))', ROW_BYTES);
  }
}

const vacate = (sql: SqlStorage) => sql.exec('DROP TABLE filler');
