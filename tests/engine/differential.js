// SPDX-License-Identifier: MIT
// Local answers against those of ClickHouse, over random archives and random
// command lines; then every record as it was loaded.
//
//	node differential.js MTRACK [SEED [COMMAND-LINES [ARCHIVES]]]
//
// Exit status 77 where npm's chdb is not there.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const zlib = require('zlib');
const {spawnSync} = require('child_process');
const {parseCsv, comparable} = require('./csv.js');
const {randomArchive, randomCommand, makeRandom} = require('./random.js');

const mtrack = path.resolve(process.argv[2]);
const seed = Number(process.argv[3] || 1);
const wanted = Number(process.argv[4] || 520);
const archives = Number(process.argv[5] || 4);
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'mtrack-engine-'));
const environment = {PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', HOME: work};
process.on('exit', () => fs.rmSync(work, {recursive: true, force: true}));

function run(args) {
	const result = spawnSync(mtrack, args, {env: environment, cwd: work,
		maxBuffer: 1 << 28});
	if (result.signal)
		throw new Error(`${result.signal}: mtrack ${args.join(' ')}`);
	return {status: result.status, out: result.stdout.toString('utf8'),
		err: result.stderr.toString('utf8')};
}

function engine(statements, folder) {
	const result = spawnSync(process.execPath,
		[path.join(__dirname, '../tools/chdb.js'), folder],
		{input: statements.join('\0') + '\0', maxBuffer: 1 << 30});
	if (result.status === 77) {
		console.log(result.stderr.toString());
		process.exit(77);
	}
	const answers = [];
	for (let at = 0; at < result.stdout.length;) {
		const end = result.stdout.indexOf('\n', at) + 1;
		at = end + Number(result.stdout.toString('latin1', at, end));
		answers.push(result.stdout.toString('utf8', end, at));
	}
	if (answers.length !== statements.length)
		throw new Error(`${answers.length} answers to ` +
			`${statements.length} statements: ${result.stderr}`);
	return answers;
}

let failures = 0;

function tell(archive, args, why, local, far, sql) {
	if (++failures > 5)
		return;
	console.log(`FAIL archive ${archive} (seed ${seed}): mtrack ` +
		args.map(a => `'${a.replace(/'/g, `'\\''`)}'`).join(' '));
	console.log(why);
	if (process.env.VERBOSE)
		console.log(`local: ${local}\nengine: ${far}\n${sql}`);
}

// The first row that differs, or null.
function difference(local, far) {
	const a = parseCsv(local).map(comparable);
	const b = parseCsv(far).map(comparable);
	for (let i = 0; i < Math.max(a.length, b.length); i++)
		if (JSON.stringify(a[i]) !== JSON.stringify(b[i]))
			return `row ${i} of ${a.length} and ${b.length}\n` +
				`local:  ${JSON.stringify(a[i])}\n` +
				`engine: ${JSON.stringify(b[i])}`;
	return null;
}

function testArchive(number, count) {
	const random = makeRandom(seed * 1000 + number);
	const root = path.join(work, `archive${number}`);
	for (const [name, text] of randomArchive(random)) {
		const file = path.join(root, name);
		fs.mkdirSync(path.dirname(file), {recursive: true});
		fs.writeFileSync(file,
			name.endsWith('.gz') ? zlib.gzipSync(text) : text);
	}
	const cases = [{args: ['--history', '--sort', 'none', '--license', 'none',
		'--fields', 'all,file,line']}];
	for (let tries = 0; cases.length <= count; tries++) {
		const args = randomCommand(random);
		const sql = run(['--sql', '--csv', ...args]);
		if (tries > 50 * count)
			throw new Error('too few command lines are good: ' + sql.err);
		if (sql.status === 0)
			cases.push({args});
		else if (sql.status !== 2 || sql.out)
			tell(number, args, `--sql: status ${sql.status}`, '', sql.out);
	}
	for (const one of cases) {
		one.local = run(['--csv', ...one.args, root]);
		one.sql = run(['--sql', '--csv', ...one.args]).out;
	}
	const load = run(['--format', 'engine', root]);
	if (load.status !== 0)
		throw new Error('load: ' + load.err);
	const answers = engine([run(['--engine-schema']).out,
		'INSERT INTO mail_tracking SETTINGS ' +
			'max_partitions_per_insert_block = 0 FORMAT JSONEachRow\n' +
			load.out, ...cases.map(one => one.sql)],
		path.join(work, `tables${number}`));
	if (answers[0] || answers[1])
		throw new Error('load: ' + answers.slice(0, 2).join('\n').slice(0, 2000));
	let rows = 0;
	let empty = 0;
	cases.forEach((one, i) => {
		const far = answers[i + 2];
		if (one.local.status === 2)
			return tell(number, one.args, one.local.err);
		const found = far.startsWith('ERROR') ? far.slice(0, 1500)
			: difference(one.local.out, far);
		if (found !== null)
			tell(number, one.args, found, one.local.out, far, one.sql);
		const lines = parseCsv(far).length - 1;
		rows += lines;
		empty += lines < 1;
	});
	console.log(`archive ${number}: ${cases.length} command lines, ` +
		`${rows} rows, ${empty} without any`);
	if (empty * 2 > cases.length)
		tell(number, [], 'more than half found nothing: the test is weak');
	return cases.length;
}

engine(['SELECT 1'], path.join(work, 'none'));
let total = 0;
for (let i = 1; i <= archives; i++)
	total += testArchive(i, Math.ceil(wanted / archives));
console.log(`${total} command lines, ${failures} differ`);
process.exit(failures ? 1 : 0);
