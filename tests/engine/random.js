// SPDX-License-Identifier: MIT
// Random archives and command lines from small pools, so that values meet.
'use strict';

// Numbers that are the same everywhere (mulberry32).
function makeRandom(seed) {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
	return {
		chance: p => next() < p,
		below: n => Math.floor(next() * n),
		pick: list => list[Math.floor(next() * list.length)],
		some: (list, most) => Array.from({length: Math.floor(next() * (most + 1))},
			() => list[Math.floor(next() * list.length)]),
	};
}

const DAY = 86400000;
const BEGIN = Date.UTC(2026, 9, 20); // the clocks of Europe change on the 25th

const addresses = ['anna@example.com', 'Anna@Example.COM', 'test1@example.com',
	'test22@mail.example.com', 'bob@other.test', '<bob@other.test>', '<>', '',
	'"a@b"@other.test', 'te.st@ex-ample.com', 'jörg@exämple.test', 'no-at-sign',
	'  anna@example.com ', '@example.com', 'a%b_c@d.test', 'k\u212aelvin@x.test'];
const headers = [...addresses, 'Anna <anna@example.com>', '"Bob, B." <BOB@other.test>',
	'x <y> <test1@example.com>', '[list] <l@example.com>', 'odd"quote <q@example.com>'];
const words = ['Hello', 'world', 'new', 'hello-world', 'HELLO', '"Hello"', 'INVOICE',
	'Rechnung', 'Straße', 'STRASSE', 'ΣΊΣΥΦΟΣ', 'σίσυφος', 'İstanbul', 'istanbul', 'ſoup',
	'\u212aelvin', 'kelvin', '東京', '東京都', 'メール', 'メールbox', 'สวัสดี', '한국어',
	'e\u0301clair', 'éclair', 'x\u0301\u0302y', '100%', 'a_b', '*star*', 'back\\slash',
	"it's", 'tab\there', 'line\nbreak', 'nul\u0000here', '😀', 'a', '_', '٣', '٣a',
	'ab', 'abc', 'bc', '\u0301mark', "'; DROP TABLE x; --", '{p:String}', 'ㄱ', 'ﾒｰﾙ'];
const actions = ['Delivered', 'Bounced', 'Temporary delivery error', 'Quarantined',
	'Deleted', 'Submitted to sandbox', 'Scanning in sandbox', 'scanning_in-sandbox',
	'Expired', 'Redirected', 'Password analyzing', 'Deferred', ' Delivered ', "O'Neill"];
const reasons = ['RBL: listed by ZEN', 'rbl', 'Sender blocked STRASSE', 'Straße', '100% spam'];
const ips = ['10.1.2.3', '10.1.2.4', '10.100.2.3', '192.0.2.1', '2001:db8::1', '2001:DB8:0::2',
	'::ffff:10.1.2.3', '::ffff:a01:203', '::', '::1', '0.0.0.0', '255.255.255.255', '10.01.2.3',
	'nonsense', 'fe80::1%eth0'];
const delivered = [...ips, 'mx.example.com[10.1.2.3]:25', '[2001:db8::1]:25', '10.1.2.3:25', 'none',
	'mx[nonsense]', 'a[10.1.2.3]b'];
const tls = ['TLS 1.0', 'TLS 1.2', 'TLSv1.3', 'None', 'tls1.2', '1.1', 'SSL 3.0'];
const names = ['invoice.pdf', 'INVOICE.PDF', 'Rechnung Straße.doc', 'a_b%c.txt', '', 'x*y.zip', 'x.y.zip',
	'報告.xlsx', "q'.exe", 'line\nbreak.txt', 'ΣΑΣ.txt', 'σας.txt'];
const hashes = ['a'.repeat(64), 'A'.repeat(64), 'b'.repeat(64), ''];
const statuses = ['Deleted', 'Cleaned', 'bypassed', 'Sanitized', '', 'odd'];
const passwords = ['Not analyzed', 'Analyzed: decrypted', 'Analyzed: not decrypted', 'decrypted', ''];
const urls = ['https://a.test/x', 'https://b.test/?q=1,2', 'http://c.test/a b', '[odd]', 'https://d.test/é'];
const risks = ['Spam', 'Phishing', 'Not a Risk', 'other'];

function iso(ms) {
	return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function randomSubject(r) {
	if (r.chance(0.05))
		return '';
	let text = '';
	for (let i = r.below(5); i >= 0; i--)
		text += r.pick(words) + r.pick([' ', ' ', ' ', '', '-', '  ', '\u3000', '.']);
	return text;
}

function randomAttachment(r) {
	const one = {};
	if (r.chance(0.9))
		one.fileName = r.pick(names);
	if (r.chance(0.7))
		one.sha256 = r.pick(hashes);
	if (r.chance(0.5))
		one.status = r.pick(statuses);
	if (r.chance(0.4))
		one.passwordAnalysis = r.pick(passwords);
	return one;
}

function randomTimes(r, rec, day) {
	const gen = BEGIN + day * DAY + r.below(24 * 60) * 60000 + r.below(2) * 1000 +
		(r.chance(0.2) ? r.below(1000) : 0);
	const time = gen - r.pick([0, 1000, 60000, 3600000, DAY, 3 * DAY]) - (r.chance(0.1) ? 7 : 0);
	if (r.chance(0.95))
		rec.genTime = iso(gen);
	if (r.chance(0.75) || !rec.genTime)
		rec.timestamp = iso(time);
	if (r.chance(0.7))
		rec.deliveryTime = iso(time + r.pick([-1000, 0, 500, 1000, 60000, DAY]));
}

// Several states of few mails, and records without a mail ID.
function randomRecord(r, day) {
	const rec = {};
	const set = (key, p, value) => {
		if (r.chance(p))
			rec[key] = value();
	};
	randomTimes(r, rec, day);
	set('mailID', 0.8, () => r.pick(['m', 'M', ' m']) + r.below(25));
	set('messageID', 0.9, () => r.pick(['<%@x.test>', '%@x.test', ' <%@x.test>', '<%@X.test', '<>'])
		.replace('%', String(r.below(20))));
	set('recipient', 0.97, () => r.chance(0.15) ? r.some(addresses, 3) : r.pick(addresses.slice(0, 6)));
	set('sender', 0.95, () => r.pick(addresses));
	set('headerFrom', 0.9, () => r.pick(headers));
	set('headerTo', 0.8, () => r.some(headers, 3));
	set('subject', 0.95, () => randomSubject(r));
	set('direction', 0.95, () => r.pick(['in', 'out', 'incoming', 'Outgoing', 'odd']));
	set('type', 0.4, () => r.pick(['accepted', 'blocked', 'Accepted traffic', 'odd']));
	set('action', 0.7, () => r.pick(actions));
	set('reason', 0.3, () => r.pick(reasons));
	set('details', 0.4, () => r.pick(words));
	set('size', 0.8, () => r.pick([0, 1, 1023, 1024, 1048576, 5000000000, '77']));
	set('senderIP', 0.9, () => r.pick(ips));
	set('deliveredTo', 0.8, () => r.pick(delivered));
	set('upstreamTLS', 0.7, () => r.pick(tls));
	set('downstreamTLS', 0.6, () => r.pick(tls));
	set('downstreamDANE', 0.3, () => r.pick(['Yes', 'No', true, false, 'odd']));
	set('attachments', 0.5, () => Array.from({length: r.below(4)}, () => randomAttachment(r)));
	set('embeddedUrls', 0.3, () => r.some(urls, 3));
	set('reportedRisk', 0.2, () => r.pick(risks));
	return rec;
}

// [name, text] of each file: a day a file, some of them late, doubled, packed.
function randomArchive(r) {
	const files = [];
	for (let day = 0; day < 12; day++) {
		const date = iso(BEGIN + day * DAY).slice(0, 10);
		const lines = Array.from({length: 25 + r.below(20)},
			() => JSON.stringify(randomRecord(r, day)));
		for (let i = r.below(6); i > 0; i--)
			lines.push(r.pick(lines));
		files.push([r.pick([`${date}.jsonl`, `${date}.jsonl.gz`,
			`sub/${date}-b.jsonl`, `${date.replace(/-/g, '/')}/x.jsonl`]),
		lines.join('\n') + '\n']);
	}
	files.push(['undated.jsonl', Array.from({length: 20},
		() => JSON.stringify(randomRecord(r, r.below(12)))).join('\n') + '\n']);
	files.push([`${iso(BEGIN).slice(0, 10)}_${iso(BEGIN + 5 * DAY).slice(0, 10)}.jsonl`,
		Array.from({length: 20},
			() => JSON.stringify(randomRecord(r, r.below(6)))).join('\n') + '\n']);
	return files;
}

// ---- command lines

const patterns = ['anna@example.com', '*@example.com', 'test*@example.com', 'anna@*',
	'te*t*@*.example.com', '*@*', '<>', '*@ex*.com', 'bob@other.test', '"a@b"@other.test',
	'*@other.test', 'a%b_c@d.test', 'a*@d.test', 'no*@x.test', 'jörg@exämple.test', 'j*@ex*.test'];
const globs = ['*', '*.pdf', 'invoice*', '*straße*', 'x*y*', 'a_b%*', '*.TXT', 'x.y.zip', '*σασ*', '*\\*'];
const prefixes = ['10.1', '10.1.', '10.1.2.3', '10', '10.1.2.0/24', '0.0.0.0/0', '2001:db8::/32', '::/0',
	'2001:db8::1', '::ffff:10.1.2.3', '::ffff:0:0/96', '192.0.2.0/31', '::/127'];

function quoteWord(word) {
	return word.replace(/[\\"*]/g, '\\$&').replace(/\s|\0/g, '');
}

function randomRule(r) {
	const parts = [];
	for (let i = 1 + r.below(2); i > 0; i--) {
		const word = quoteWord(r.pick(words)) || 'x';
		const other = quoteWord(r.pick(words)) || 'y';
		parts.push(r.pick([word, word.toLowerCase(), word.slice(0, 3), `${word}*${other}`, '*',
			`"${word}"`, `"${word} ${other}"`, `"${word.toUpperCase()}"`, `"${word.slice(0, 2)}"`,
			`"${word} "`, `"-${other}"`]).replace(/\\$/, ''));
	}
	return parts.join(' ').replace(/[\ud800-\udbff]$|[\ud800-\udbff](?=[" *])/g, '');
}

const phrases = words.filter(word => !word.includes('\0'));
const criteria = [
	['direction', r => r.pick(['in', 'out'])],
	['recipient', r => r.some(patterns, 2).join(',') || '*@*'],
	['sender', r => r.some(patterns, 3).join(',') || '<>'],
	['header-to', r => r.pick(patterns)],
	['header-from', r => r.pick(patterns)],
	['type', r => r.pick(['accepted', 'blocked'])],
	['block-reason', r => r.pick(['rbl', 'STRASSE', 'straße', '%', "'"])],
	['action', r => r.pick(['delivered', 'bounced,expired', 'temporary-delivery-error', 'quarantined',
		'submitted-to-sandbox', '=Deferred', "=O'Neill", 'deleted,=Deferred', '= Delivered '])],
	['subject', randomRule],
	['phrase', r => r.pick(phrases)],
	['message-id', r => r.pick(['<1@x.test>', '2@x.test', '3@x.test,<4@x.test>', '5@X.test'])],
	['mail-id', r => r.pick(['m1', 'M2,m3', 'm4', 'm5,m6,m7,m8,m9,m10'])],
	['sender-ip', r => r.pick(prefixes)],
	['delivered-to', r => r.pick(prefixes)],
	['upstream-tls', r => r.pick(['1.2', '1.0,1.1', 'none', '1.3,none'])],
	['downstream-tls', r => r.pick(['1.2', '1.3', 'none,1.0'])],
	['dane', r => r.pick(['yes', 'no'])],
	['feedback', () => null],
	['reported-risk', r => r.pick(['spam', 'phishing,not-a-risk', 'all'])],
	['size', r => r.pick(['..1K', '1K..', '1..1M', '0..0'])],
	['delay', r => r.pick(['..0', '1s..', '1m..1d', '0..1'])],
	['attachments', () => null],
	['attachment-sha256', r => r.pick(['a'.repeat(64), 'B'.repeat(64)])],
	['attachment-name', r => r.pick(globs)],
	['attachment-status', r => r.pick(['deleted', 'cleaned,bypassed', 'sanitized', 'all'])],
	['attachment-password', r => r.pick(['analyzed', 'not-analyzed', 'decrypted'])],
];

function addCriterion(r, args) {
	const [name, value] = r.pick(criteria);
	const negated = r.chance(0.35);
	const given = value(r);
	args.push(`--${negated ? 'not-' : ''}${name}` + (given === null ? '' : `=${given}`));
	if (!negated && name === 'dane')
		args.push('--direction=out', '--type=accepted');
	if (!negated && (name === 'feedback' || name === 'reported-risk'))
		args.push('--direction=in', '--type=accepted');
}

function addPeriod(r, args) {
	const day = n => iso(BEGIN + n * DAY).slice(0, 10);
	const from = r.below(11);
	const to = from + r.below(12 - from);
	args.push(...r.pick([
		['--license=none'],
		['--license=none', `--since=${day(from)}`, `--until=${day(to)}`],
		[`--since=${day(from)}`, `--until=${day(to)}`],
		[`--since=${day(from)}T07:30:01.007Z`, `--until=${day(to + 1)}`],
		['--license=none', `--until=${day(to)}T12:00`],
		['-p', '7d', '--now', `${day(11)}T12:00Z`],
		[], // the window that ends with the newest day
	]));
	if (r.chance(0.2))
		args.push(`--late=${r.below(4)}`);
	if (r.chance(0.1))
		args.push('--all-files');
}

const keys = ['timestamp', 'direction', 'type', 'action', 'reason', 'sender', 'recipient',
	'headerFrom', 'headerTo', 'subject', 'messageID', 'mailID', 'size', 'senderIP', 'upstreamTLS', 'attachments',
	'embeddedUrls', 'reportedRisk', 'senderDomain', 'recipientDomain', 'line', 'hour', 'day', 'month'];

function addOutput(r, args) {
	if (r.chance(0.3))
		args.push('--history');
	if (r.chance(0.4))
		args.push(`--tz=${r.pick(['Europe/Berlin', '+09:00', '-03:30', 'America/New_York', 'UTC'])}`);
	if (r.chance(0.15)) {
		const by = new Set([r.pick(keys), r.pick(keys)]);
		args.push(`--by=${[...by].join(',')}`);
		if (r.chance(0.3))
			args.push(`--top=${r.below(10)}`);
		return;
	}
	if (r.chance(0.1))
		args.push('-c');
	args.push(`--sort=${r.pick(['asc', 'asc', 'desc', 'none'])}`);
	if (r.chance(0.3))
		args.push(`--limit=${r.below(30)}`);
	if (r.chance(0.2))
		args.push(`--skip=${r.below(30)}`);
	if (r.chance(0.2))
		args.push(`--fields=${r.pick(['all,file,line', 'timestamp,senderDomain,recipientDomain',
			'subject,attachments', '+senderDomain', '-timestamp'])}`);
	if (r.chance(0.1))
		args.push('--no-header');
	if (r.chance(0.1))
		args.push('--csv-safe');
}

function randomCommand(r) {
	const args = [];
	for (let i = r.pick([0, 1, 1, 1, 2, 2, 3]); i > 0; i--)
		addCriterion(r, args);
	if (r.chance(0.1))
		args.push('--case-sensitive');
	addPeriod(r, args);
	addOutput(r, args);
	return args;
}

module.exports = {makeRandom, randomArchive, randomCommand};
