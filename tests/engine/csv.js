// SPDX-License-Identifier: MIT
// CSV of mtrack and of ClickHouse as rows that can be compared.
'use strict';

// Rows of cells; a quoted cell may hold anything.
function parseCsv(text) {
	const rows = [];
	let at = 0;
	while (at < text.length) {
		const row = [];
		for (;;) {
			let cell = '';
			if (text[at] === '"') {
				for (at++; ; at++) {
					const end = text.indexOf('"', at);
					if (end < 0)
						throw new Error('a quote is open');
					cell += text.slice(at, end);
					at = end + 1;
					if (text[at] !== '"')
						break;
					cell += '"';
				}
			} else {
				const match = /[,\n]/.exec(text.slice(at));
				const end = match ? at + match.index : text.length;
				cell = text.slice(at, end);
				at = end;
			}
			row.push(cell);
			if (text[at] !== ',')
				break;
			at++;
		}
		at++;
		rows.push(row);
	}
	return rows;
}

// Lists that are printed as JSON are the same whatever escapes were chosen.
function comparable(row) {
	return row.map(cell => {
		if (!cell.startsWith('['))
			return cell;
		try {
			return JSON.stringify(JSON.parse(cell));
		} catch (error) {
			return cell;
		}
	});
}

module.exports = {parseCsv, comparable};
