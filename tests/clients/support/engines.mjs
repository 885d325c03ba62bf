// The databases every test file runs on.

import { randomBytes } from "node:crypto";
import pg from "pg";

const postgresUrl = process.env.THREADKEEP_TEST_POSTGRES;

const sqlite = {
  name: "SQLite",
  async createDatabase() {
    return { url: undefined, drop: async () => {} };
  },
};

const postgres = {
  name: "PostgreSQL",
  async createDatabase() {
    const name = `clients_${randomBytes(6).toString("hex")}`;
    await asSuperuser(
      `CREATE DATABASE ${name} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    );
    const url = new URL(postgresUrl);
    url.pathname = `/${name}`;
    return {
      url: url.href,
      drop: () => asSuperuser(`DROP DATABASE ${name} WITH (FORCE)`),
    };
  },
};

async function asSuperuser(statement) {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export const engines = postgresUrl ? [sqlite, postgres] : [sqlite];
