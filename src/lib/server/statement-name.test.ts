import { expect, test } from 'vitest';
import { Prisma } from './prisma/client';
import { statementName } from './statement-name';

test('Prisma’s own are called by model and act', () => {
	expect(statementName('IdeaMember', 'findMany', { where: { id: 'a secret' } })).toBe(
		'ideaMember.findMany'
	);
});

test('what is written by hand is called by how it begins, in one line', () => {
	const sql = Prisma.sql`
		-- why it is so
		SELECT id
			FROM ideas WHERE owner_id = ${'a secret'}::uuid`;

	expect(statementName(undefined, '$queryRaw', sql)).toBe(
		'SELECT id FROM ideas WHERE owner_id = ?::uuid'
	);
});

test('lists of values have one name, however many they are', () => {
	const ids = (many: number) => Prisma.join(Array.from({ length: many }, (_, at) => at));
	const name = (many: number) =>
		statementName(undefined, '$queryRaw', Prisma.sql`SELECT 1 WHERE 1 IN (${ids(many)})`);

	expect(name(2)).toBe('SELECT 1 WHERE 1 IN (?, …)');
	expect(name(9)).toBe(name(2));
});

test('text with values in it loses them', () => {
	const text = `SELECT * FROM users2 WHERE email = 'ada''s@example.com' AND age > 41.5`;

	expect(statementName(undefined, '$queryRawUnsafe', [text, 'a secret'])).toBe(
		'SELECT * FROM users2 WHERE email = ? AND age > ?'
	);
});

test('no name is longer than the table takes', () => {
	const sql = Prisma.sql`SELECT ${Prisma.raw('𝒶, '.repeat(200))}`;

	const name = statementName(undefined, '$queryRaw', sql);
	expect([...name]).toHaveLength(120);
	expect(name.endsWith('…')).toBe(true);
});

test('what nobody foresaw is called by what is done', () => {
	expect(statementName(undefined, '$runCommandRaw', { find: 'a secret' })).toBe('$runCommandRaw');
});
