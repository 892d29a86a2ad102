// SPDX-License-Identifier: MIT
// Loads an archive of mkdata's into ClickHouse (npm's chdb, in process) and
// puts the same questions to it and to local runs, without a side index and
// with one. By hand:
//
//	CHDB_PATH=DIR node engine.js MTRACK ARCHIVE WORK [FIRST-DAY LAST-DAY]
//
// WORK is kept: a second run asks the tables and side files that are there.
'use strict';
const fs = require('fs');
const path = require('path');
const {spawn, spawnSync} = require('child_process');

const [mtrack, archive, work, from, to] = process.argv.slice(2);
const chdb = require(require.resolve('chdb',
	{paths: [path.resolve(process.env.CHDB_PATH || __dirname)]}));
fs.mkdirSync(work, {recursive: true});
const fresh = !fs.existsSync(path.join(work, 'tables'));
const session = new chdb.Session(path.join(work, 'tables'));
session.query('CREATE DATABASE IF NOT EXISTS bench; USE bench');

const seconds = since => Number(process.hrtime.bigint() - since) / 1e9;
const now = () => process.hrtime.bigint();
const local = args => spawnSync(mtrack, args, {maxBuffer: 1 << 30});
const answer = async sql =>
	Buffer.from((await session.queryAsync(sql)).bytes()).toString();

async function load() {
	const fifo = path.join(work, 'fifo');
	const schema = local(['--engine-schema']).stdout.toString();
	session.query(schema);
	const structure = (await answer('SELECT arrayStringConcat(groupArray(name ' +
		"|| ' ' || type), ', ') FROM (SELECT * FROM system.columns WHERE " +
		"database = 'bench' AND table = 'mail_tracking' ORDER BY position) " +
		'FORMAT TSVRaw')).trim();
	fs.rmSync(fifo, {force: true});
	spawnSync('mkfifo', [fifo]);
	const begun = now();
	const writer = spawn('sh', ['-c', 'exec "$0" --engine "$1" >"$2"',
		mtrack, archive, fifo], {stdio: ['ignore', 'ignore', 'inherit']});
	await session.queryAsync('INSERT INTO mail_tracking SELECT * FROM ' +
		`file('${fifo}', 'JSONEachRow', '${structure.replace(/['\\]/g, '\\$&')}') ` +
		'SETTINGS max_partitions_per_insert_block = 0, ' +
		'max_insert_block_size = 500000, max_threads = 2');
	writer.kill();
	console.log(`load: ${seconds(begun).toFixed(1)} s`);
}

const sideFiles = path.join(work, 'index');

function buildIndex() {
	const begun = now();
	fs.mkdirSync(sideFiles, {recursive: true});
	local(['--build-index', '--index-dir', sideFiles, archive]);
	console.log(`side index: ${seconds(begun).toFixed(1)} s`);
}

async function sizes() {
	console.log(await answer('SELECT sum(rows) AS records, ' +
		'formatReadableSize(sum(bytes_on_disk)) AS disk, ' +
		'formatReadableSize(sum(data_uncompressed_bytes)) AS unpacked, ' +
		'formatReadableSize(sum(secondary_indices_compressed_bytes)) AS indexes, ' +
		"count() AS parts FROM system.parts WHERE database = 'bench' AND active " +
		'FORMAT Vertical'));
	console.log(await answer('SELECT column, ' +
		'formatReadableSize(sum(column_data_compressed_bytes)) AS size ' +
		"FROM system.parts_columns WHERE database = 'bench' AND active " +
		'GROUP BY column ORDER BY sum(column_data_compressed_bytes) DESC ' +
		'LIMIT 8 FORMAT TSV'));
}

const all = ['--license', 'none'];
const period = from ? ['--since', from, '--until', to || from] : all;
const questions = [
	['one sender, all days', [...all, '-f', 'needle.sender@rare-domain.example']],
	['one recipient domain, few days', [...period, ...all, '-t', '*@rare-domain.example']],
	['a sender of ten a day, few days',
		[...period, ...all, '-f', 'ten.a.day@regular-domain.example']],
	['a word in the subject, few days, number', [...period, ...all, '-s', 'invoice', '-c']],
	['a word in the subject, all days, number', [...all, '-s', 'invoice', '-c']],
	['a phrase that is nowhere, all days', [...all, '-s', '"no such phrase"']],
	['stuck mail, few days', [...period, ...all, '-a', 'temporary-delivery-error']],
	['per day and action, all days', [...all, '--by', 'day,action']],
	['all entries, number', [...all, '-c']],
	['all records, number', [...all, '-c', '--history']],
];

async function ask([name, args]) {
	const sql = local(['--sql', '--csv', ...args]).stdout.toString();
	const run = (...more) =>
		local(['--csv', ...more, ...args, archive]).stdout.toString();
	const ways = [
		['local', () => run('--no-index')],
		['with side index', () => run('--index-dir', sideFiles)],
		['engine', () => answer(sql)],
	].map(([title, ask]) => ({title, ask, best: Infinity}));
	for (let i = 0; i < 3; i++) {
		for (const way of ways) {
			const begun = now();
			way.lines = (await way.ask()).split('\n').length;
			way.best = Math.min(way.best, seconds(begun));
		}
	}
	console.log(`${name}: ` + ways.map(way =>
		`${way.title} ${way.best.toFixed(3)} s (${way.lines})`).join(', '));
}

(async () => {
	if (fresh)
		await load();
	if (!fs.existsSync(sideFiles))
		buildIndex();
	await sizes();
	for (const question of questions)
		await ask(question);
	session.close?.();
})();
