// SPDX-License-Identifier: MIT
// Puts one question of the benchmark to one engine that runs in process. The
// answer goes to standard output, `seconds N` to standard error: the question
// alone, without the engine's start. By tests/bench/run, or by hand:
//
//	PEERS_PATH=DIR CHDB_PATH=DIR node peer.js ENGINE QUESTION FORM FOLDER THREADS
//
// DIR is where npm installed @duckdb/node-api and nodejs-polars, or chdb. Without
// QUESTION it only loads the engine: status 0 when it is there.
'use strict';
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');

const [engine, question, form, folder, threads] = process.argv.slice(2);
const load = (name, variable) => require(require.resolve(name,
	{paths: [path.resolve(process.env[variable] || __dirname)]}));
const text = value => `'${value.replace(/'/g, "''")}'`;

// What DuckDB would otherwise find out by reading: the columns, all texts.
function columns() {
	const first = path.join(folder, fs.readdirSync(folder).sort()[0]);
	const head = Buffer.alloc(1 << 16);
	const got = fs.readSync(fs.openSync(first), head);
	const row = zlib.gunzipSync(head.subarray(0, got),
		{finishFlush: zlib.constants.Z_SYNC_FLUSH}).toString().split('\n')[0];
	return row.split(',').map(name => `${name}: 'VARCHAR'`).join(', ');
}

// Each answers what runs QUESTION, or nothing when it is not put to it.
const engines = {
	duckdb() {
		const {DuckDBInstance} = load('@duckdb/node-api', 'PEERS_PATH');
		if (!question)
			return undefined;
		const table = form === 'csv'
			? `read_csv(${text(folder + '/*')}, header = true, auto_detect = false, ` +
				`delim = ',', quote = '"', escape = '"', columns = {${columns()}})`
			: `read_json(${text(folder + '/*')}, format = 'newline_delimited', ` +
				"columns = {action: 'VARCHAR'})";
		const sql = {
			count: `SELECT action, count(*) FROM ${table} GROUP BY 1`,
			keyword: form === 'csv' &&
				`SELECT * FROM ${table} WHERE subject ILIKE '%invoice%'`,
		}[question];
		return sql && (async () => {
			const instance = await DuckDBInstance.create(':memory:', {threads});
			const connection = await instance.connect();
			return () => connection.run(
				`COPY (${sql}) TO '/dev/stdout' (FORMAT csv, HEADER)`);
		});
	},
	polars() {
		const polars = load('nodejs-polars', 'PEERS_PATH');
		if (form !== 'csv')
			return undefined;
		const table = () => polars.scanCSV(`${folder}/*`, {inferSchemaLength: 0});
		const frame = {
			count: () => table().groupBy('action').agg(polars.len()),
			keyword: () => table().filter(
				polars.col('subject').str.contains('(?i)invoice')),
		}[question];
		return frame && (async () => async () =>
			frame().collectSync().writeCSV('/dev/stdout'));
	},
	chdb() {
		const chdb = load('chdb', 'CHDB_PATH');
		const table = form === 'csv' ? `file(${text(folder + '/*')}, 'CSVWithNames')`
			: `file(${text(folder + '/*')}, 'JSONEachRow', 'action String')`;
		const sql = {
			count: `SELECT action, count() FROM ${table} GROUP BY action`,
			keyword: form === 'csv' &&
				`SELECT * FROM ${table} WHERE positionCaseInsensitive(subject, 'invoice')`,
		}[question];
		return sql && (async () => async () => process.stdout.write(
			chdb.query(`${sql} SETTINGS max_threads = ${Number(threads)}`,
				'CSVWithNames').toString()));
	},
};

(async () => {
	process.env.POLARS_MAX_THREADS = threads || '1';
	const begin = engines[engine]();
	if (!question)
		return;
	if (!begin)
		throw new Error(`${engine} is not asked for ${question} in ${form}`);
	const run = await begin();
	const begun = process.hrtime.bigint();
	await run();
	console.error(`seconds ${Number(process.hrtime.bigint() - begun) / 1e9}`);
})().catch(error => {
	console.error(error.message);
	process.exitCode = 2;
});
