/** The tables of the SQLite store and the steps that bring an older file up to date. */

/** Migration `k` takes a file from version k to k + 1; never edit one that has been released. */
export const MIGRATIONS: readonly string[] = [
  `create table name (id integer primary key, text text not null unique);
   create table task (
     queue integer not null, task integer not null, status integer not null, fence integer not null,
     owner text not null, until real not null, priority real not null, not_before real not null,
     primary key (queue, task)) without rowid;
   create index task_ready on task (queue, priority desc, task) where status = 0;
   create table result (queue integer not null, task integer not null, body text not null, primary key (queue, task));
   create table segment (
     stream integer not null, first integer not null, count integer not null, crc integer not null,
     body text not null, primary key (stream, first));
   create table account (
     name text primary key, settled integer not null, reserved integer not null, max integer) without rowid;
   create table pair (key text primary key, value blob not null, revision integer not null);
   create table leader (name text primary key, term integer not null, holder text not null, until real not null)
     without rowid;`,
]
