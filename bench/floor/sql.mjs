// The floor's tables and statements: the columns, keys and indexes of the default
// app's `notes`, as `schema/notes.toml` declares them.

export const COLUMNS = ['created_by', 'updated_by', 'owner', 'title', 'body', 'color', 'pinned', 'remind'];

export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS notes (
    id TEXT PRIMARY KEY NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    created_by TEXT NOT NULL DEFAULT '',
    updated_by TEXT NOT NULL DEFAULT '',
    owner TEXT REFERENCES users (id) ON DELETE CASCADE,
    title TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    color TEXT NOT NULL DEFAULT '',
    pinned INTEGER NOT NULL DEFAULT 0,
    remind TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX IF NOT EXISTS notes_owner ON notes (owner, created);
`;

export const VIEW = 'SELECT * FROM notes WHERE id = ?';

export const LIST = 'SELECT * FROM notes WHERE owner = ? ORDER BY created DESC LIMIT ?';

export const COUNT = 'SELECT count(*) AS total FROM notes WHERE owner = ?';

export const INSERT = `INSERT INTO notes (id, created, updated, ${COLUMNS.join(', ')})
  VALUES (?, ?, ?, ${COLUMNS.map(() => '?').join(', ')}) RETURNING *`;

export const INSERT_USER = 'INSERT INTO users (id, name) VALUES (?, ?) RETURNING *';
