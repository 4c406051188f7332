// How the project is called outside. The object itself is not told.

export const nameIn = (sql: SqlStorage): string =>
  sql.exec<{ value: string }>("SELECT value FROM meta WHERE key = 'project'").toArray()[0]?.value ?? '';

export const keepName = (sql: SqlStorage, name: string): void => {
  sql.exec("INSERT OR REPLACE INTO meta VALUES ('project', ?)", name);
};
