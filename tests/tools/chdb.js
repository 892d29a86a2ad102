// SPDX-License-Identifier: MIT
// ClickHouse in process (npm package chdb), for tests: reads statements from
// standard input, each ended by a NUL, and prints the answer of each: a line
// with its length in bytes, then the bytes. An error is `ERROR` and its text.
//
//	node chdb.js DIRECTORY <statements	tables live in DIRECTORY
//
// Exit status 77 where the package is not there. $CHDB_PATH names the folder
// that holds node_modules.
'use strict';
const fs = require('fs');
const path = require('path');

async function main() {
	const from = path.resolve(process.env.CHDB_PATH || __dirname);
	const chdb = require(require.resolve('chdb', {paths: [from]}));
	const session = new chdb.Session(process.argv[2]);
	const statements = fs.readFileSync(0, 'utf8').split('\0').slice(0, -1);
	session.query('CREATE DATABASE IF NOT EXISTS tests; USE tests');
	for (const statement of statements) {
		let answer;
		try {
			answer = Buffer.from((await session.queryAsync(statement)).bytes());
		} catch (error) {
			answer = Buffer.from('ERROR ' + error.message);
		}
		fs.writeFileSync(1, Buffer.concat(
			[Buffer.from(answer.length + '\n'), answer]));
	}
}

main().catch(error => {
	console.error(error.code === 'MODULE_NOT_FOUND'
		? 'skipped: no npm package chdb' : error);
	process.exit(error.code === 'MODULE_NOT_FOUND' ? 77 : 1);
});
