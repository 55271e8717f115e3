/** The prepared statements of the SQLite store. Parameters always go in one array: libsql misreads a lone object. */
import type Database from 'libsql'
import { bulkValues } from './bulk.ts'
import type { TaskStatus } from './store.ts'

/** Task states by their number in the table. */
export const STATUSES: readonly TaskStatus[] = ['ready', 'leased', 'done', 'closed']

export type Statements = { readonly [Name in keyof typeof TEXTS]: Database.Statement<unknown[]> }

const OF_NAME = '(select id from name where text = ?)'

const TEXTS = {
  savepoint: 'savepoint change',
  rollbackTo: 'rollback to change',
  release: 'release change',
  nameId: 'select id from name where text = ?',
  addName: 'insert or ignore into name (text) values (?)',
  enqueue: 'insert or ignore into task values (?, ?, 0, 0, ?, 0, ?, ?)',
  leaseNew: `insert or ignore into task values (?, ?, 1, 1, ?, ?, 0, 0)`,
  lease: `update task set status = 1, fence = ?, owner = ?, until = ?
    where queue = ? and task = ? and status = 0 and fence = ?`,
  renew: 'update task set until = ? where queue = ? and task = ? and status = 1 and fence = ?',
  complete: `update task set status = 2, owner = '' where queue = ? and task = ? and status = 1 and fence = ?`,
  giveBack: `update task set status = 0, owner = '', not_before = ?
    where queue = ? and task = ? and status = 1 and fence = ?`,
  close: `insert into task values (?, ?, 3, ?, '', 0, 0, 0) on conflict (queue, task) do update
    set status = 3, owner = '' where fence = excluded.fence and status <> 2`,
  reopen: `update task set status = 0, owner = '', not_before = 0
    where queue = ? and task = ? and status = 3 and fence = ?`,
  addResult: 'insert or replace into result values (?, ?, ?)',
  savepointBulk: 'savepoint bulk',
  rollbackBulk: 'rollback to bulk',
  releaseBulk: 'release bulk',
  leaseNewBulk: `insert or ignore into task values ${bulkValues('(?, ?, 1, 1, ?, ?, 0, 0)')}`,
  completeBulk: `update task set status = 2, owner = ''
    where (queue, task, fence) in (values ${bulkValues('(?, ?, ?)')}) and status = 1`,
  addResultBulk: `insert or replace into result values ${bulkValues('(?, ?, ?)')}`,
  isDone: 'select 1 from task where queue = ? and task = ? and status = 2 and fence = ?',
  claimable: `select task, fence from task where queue = ? and status = 0 and not_before <= ?
    order by priority desc, task limit ?`,
  expired: 'select task from task where queue = ? and status = 1 and until <= ? limit ?',
  expire: `update task set status = 0, owner = '', not_before = 0 where queue = ? and task = ?`,
  tasks: `select task, status, fence, owner, until from task where queue = ${OF_NAME} order by task`,
  result: `select body from result where queue = ${OF_NAME} and task = ?`,
  head: 'select first + count, crc from segment where stream = ? order by first desc limit 1',
  addSegment: 'insert into segment values (?, ?, ?, ?, ?)',
  segments: `select first, count, crc, body from segment where stream = ${OF_NAME} and first + count > ?
    order by first`,
  segmentBefore: `select crc from segment where stream = ${OF_NAME} and first < ? order by first desc limit 1`,
  length: `select first + count from segment where stream = ${OF_NAME} order by first desc limit 1`,
  account: 'select settled, reserved, max from account where name = ?',
  putAccount: 'insert or replace into account values (?, ?, ?, ?)',
  pair: 'select value, revision from pair where key = ?',
  putPair: 'insert or replace into pair values (?, ?, ?)',
  keys: 'select key from pair where key >= ? and key < ? order by key',
  leader: 'select term, holder, until from leader where name = ?',
  putLeader: 'insert or replace into leader values (?, ?, ?, ?)',
  endLeader: 'update leader set until = 0 where name = ? and term = ?',
} as const

export function createStatements(database: Database.Database): Statements {
  const prepared = Object.entries(TEXTS).map(([name, text]) => {
    const statement = database.prepare(text)
    return [name, text.startsWith('select') ? statement.raw() : statement]
  })
  return Object.fromEntries(prepared) as Statements
}
