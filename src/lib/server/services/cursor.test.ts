import { expect, test } from 'vitest';
import { v7 as uuid } from 'uuid';
import { createPerson } from '#tests/support/factories';
import { listIdeas } from './board';
import { encodeCursor } from './cursor';
import { listTrash } from './trash-list';

test.each([
	['U+0000', 'a\u0000b'],
	['half of a character', 'a\ud83d']
])('a cursor with %s, which no row has, is refused as one of another list', async (_, title) => {
	const cursor = encodeCursor(['none', title, uuid()]);

	const listing = listIdeas(await createPerson(), { sort: 'title', filter: 'all', cursor });

	await expect(listing).rejects.toMatchObject({
		code: 'BAD_REQUEST',
		cause: { reason: 'cursor.invalid' }
	});
});

test('a cursor of a year that the database has not is refused', async () => {
	const cursor = encodeCursor([new Date('0000-01-01T00:00:00Z'), uuid()]);

	await expect(listTrash(await createPerson(), { cursor })).rejects.toMatchObject({
		code: 'BAD_REQUEST',
		cause: { reason: 'cursor.invalid' }
	});
});
