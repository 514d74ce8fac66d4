import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { db } from '$lib/server/db';
import { createPerson } from '#tests/support/factories';

/** An idea straight into the table, past everything that the application checks. */
async function insertIdea(columns: Record<string, unknown>): Promise<string> {
	const { userId } = await createPerson();
	const row = {
		id: randomUUID(),
		owner_id: userId,
		client_key: randomUUID(),
		title: 'x',
		...columns
	};
	await insert('ideas', row);
	return row.id;
}

/** How many connections of this database wait for a lock. */
async function waiting(): Promise<number> {
	const [row] = await db.$queryRaw<{ count: number }[]>`
		SELECT count(*)::int AS count FROM pg_stat_activity
		WHERE datname = current_database() AND wait_event_type = 'Lock'`;
	return row?.count ?? 0;
}

async function insert(table: string, row: Record<string, unknown>): Promise<void> {
	const json = JSON.stringify(row);
	const columns = Object.keys(row)
		.map((name) => `"${name}"`)
		.join(', ');
	await db.$executeRawUnsafe(
		`insert into ${table} (${columns}) select ${columns} from json_populate_record(null::${table}, $1::json)`,
		json
	);
}

describe('the ideas table', () => {
	test.each([
		['a title of 255 letters', { title: 'x'.repeat(255) }],
		['a title of 255 emoji, which are two code units each', { title: '🦆'.repeat(255) }],
		['notes of 10000 emoji', { notes: '🦆'.repeat(10_000) }],
		['a link in capitals', { link_url: 'HTTPS://EXAMPLE.COM' }],
		['a deletion with its end', { deleted_at: '2026-01-01', undo_expires_at: '2026-01-08' }]
	])('takes %s', async (_, columns) => {
		await expect(insertIdea(columns)).resolves.toBeTypeOf('string');
	});

	test.each([
		['no title', { title: '' }, 'ideas_title_length_check'],
		['a title of 256 letters', { title: 'x'.repeat(256) }, 'ideas_title_length_check'],
		['a title of 256 emoji', { title: '🦆'.repeat(256) }, 'ideas_title_length_check'],
		['notes of 10001 letters', { notes: 'x'.repeat(10_001) }, 'ideas_notes_length_check'],
		['a script as link', { link_url: 'javascript:alert(1)' }, 'ideas_link_url_scheme_check'],
		['a file as link', { link_url: 'file:///etc/passwd' }, 'ideas_link_url_scheme_check'],
		[
			'a script after a line break',
			{ link_url: 'javascript:1\nhttps://x' },
			'ideas_link_url_scheme_check'
		],
		[
			'a link of 2049 letters',
			{ link_url: `https://${'x'.repeat(2041)}` },
			'ideas_link_url_length_check'
		],
		['a label of 121 letters', { link_label: 'x'.repeat(121) }, 'ideas_link_label_length_check'],
		['version 0', { version: 0 }, 'ideas_version_check'],
		['a deletion without its end', { deleted_at: '2026-01-01' }, 'ideas_deletion_check']
	])('refuses %s', async (_, columns, constraint) => {
		await expect(insertIdea(columns)).rejects.toThrow(constraint);
	});
});

/** A feature straight into the table, of an idea of its own. */
async function insertFeature(columns: Record<string, unknown>): Promise<void> {
	await insert('features', {
		id: randomUUID(),
		idea_id: await insertIdea({}),
		client_key: randomUUID(),
		title: 'x',
		notes: '',
		sections: [],
		visibility: 'inherit',
		star: 'none',
		position: 'a0',
		version: 1,
		created_at: '2026-01-01',
		updated_at: '2026-01-01',
		...columns
	});
}

const section = (given: Record<string, unknown> = {}) => ({
	id: randomUUID(),
	label: '',
	body: '',
	...given
});
const sections = (count: number) => Array.from({ length: count }, () => section());

describe('the features table', () => {
	test.each([
		['a title of 255 emoji', { title: '🦆'.repeat(255) }],
		['notes of 10000 emoji', { notes: '🦆'.repeat(10_000) }],
		['25 sections', { sections: sections(25) }],
		[
			'the longest section, in emoji',
			{ sections: [section({ label: '🦆'.repeat(60), body: '🦆'.repeat(10_000) })] }
		],
		['one that is done', { completed_at: '2026-01-01', star_before_done: 'super' }],
		['a deletion with its end', { deleted_at: '2026-01-01', undo_expires_at: '2026-01-08' }]
	])('takes %s', async (_, columns) => {
		await expect(insertFeature(columns)).resolves.toBeUndefined();
	});

	test.each([
		['no title', { title: '' }, 'features_title_length_check'],
		['a title of 256 emoji', { title: '🦆'.repeat(256) }, 'features_title_length_check'],
		['notes of 10001 letters', { notes: 'x'.repeat(10_001) }, 'features_notes_length_check'],
		['26 sections', { sections: sections(26) }, 'features_sections_check'],
		['sections that are no list', { sections: section() }, 'features_sections_check'],
		['a section that is a text', { sections: ['x'] }, 'features_sections_check'],
		['a section without an id', { sections: [{ label: '', body: '' }] }, 'features_sections_check'],
		[
			'a section whose body is a number',
			{ sections: [section({ body: 7 })] },
			'features_sections_check'
		],
		[
			'a section’s name of 61 letters',
			{ sections: [section({ label: 'x'.repeat(61) })] },
			'features_sections_check'
		],
		[
			'a section of 10001 letters',
			{ sections: [section({ body: 'x'.repeat(10_001) })] },
			'features_sections_check'
		],
		['no position', { position: '' }, 'features_position_length_check'],
		['a position of 256 letters', { position: 'a'.repeat(256) }, 'features_position_length_check'],
		['version 0', { version: 0 }, 'features_version_check'],
		['a deletion without its end', { deleted_at: '2026-01-01' }, 'features_deletion_check'],
		[
			'a star on what is done',
			{ completed_at: '2026-01-01', star: 'star' },
			'features_done_star_check'
		]
	])('refuses %s', async (_, columns, constraint) => {
		await expect(insertFeature(columns)).rejects.toThrow(constraint);
	});

	test('is sorted by the bytes of the positions', async () => {
		const rows = await db.$queryRaw<{ collation: string }[]>`
			select collation_name as collation from information_schema.columns
			 where table_name = 'features' and column_name = 'position'`;

		expect(rows).toEqual([{ collation: 'C' }]);
	});

	test('goes with its idea, and so do earlier texts', async () => {
		const ideaId = await insertIdea({});
		await insertFeature({ idea_id: ideaId });
		const feature = await db.feature.findFirstOrThrow({ where: { ideaId } });
		await db.revision.create({
			data: { ideaId, featureId: feature.id, version: 1, content: {} }
		});

		await db.idea.delete({ where: { id: ideaId } });

		expect(await db.feature.count({ where: { ideaId } })).toBe(0);
		expect(await db.revision.count({ where: { ideaId } })).toBe(0);
	});
});

describe('the members of an idea', () => {
	test('have one owner', async () => {
		const ideaId = await insertIdea({});
		const [ada, bob] = [await createPerson(), await createPerson()];
		await insert('idea_members', {
			idea_id: ideaId,
			user_id: ada.userId,
			role: 'owner',
			position: 'a0',
			star: 'none',
			created_at: '2026-01-01'
		});

		const second = {
			idea_id: ideaId,
			user_id: bob.userId,
			position: 'a0',
			star: 'none',
			created_at: '2026-01-01'
		};

		await expect(insert('idea_members', { ...second, role: 'owner' })).rejects.toThrow(
			/unique|23505/i
		);
		await expect(insert('idea_members', { ...second, role: 'editor' })).resolves.toBeUndefined();
	});

	test('have a position of at most 255 letters', async () => {
		const ideaId = await insertIdea({});
		const { userId } = await createPerson();
		const row = {
			idea_id: ideaId,
			user_id: userId,
			role: 'owner',
			star: 'none',
			created_at: '2026-01-01'
		};

		await expect(insert('idea_members', { ...row, position: '' })).rejects.toThrow('position');
		await expect(insert('idea_members', { ...row, position: 'a'.repeat(256) })).rejects.toThrow(
			'position'
		);
	});

	test('have what their board is sorted by, whoever writes it and whenever', async () => {
		const ideaId = await insertIdea({
			title: 'First',
			created_at: '2026-01-01',
			updated_at: '2026-01-02'
		});
		const { userId } = await createPerson();
		await insert('idea_members', {
			idea_id: ideaId,
			user_id: userId,
			role: 'editor',
			star: 'none',
			position: 'a0',
			created_at: '2026-01-03',
			idea_title: 'Something else',
			idea_created_at: '2020-01-01',
			idea_updated_at: '2020-01-01'
		});
		const copies = () =>
			db.ideaMember.findMany({
				where: { ideaId },
				select: { ideaTitle: true, ideaCreatedAt: true, ideaUpdatedAt: true, ideaDeletedAt: true }
			});
		const first = { ideaTitle: 'First', ideaCreatedAt: new Date('2026-01-01') };
		expect(await copies()).toMatchObject([{ ...first, ideaDeletedAt: null }]);

		const changed = { title: 'Second', updatedAt: new Date('2026-02-01') };
		const gone = { deletedAt: new Date('2026-02-02'), undoExpiresAt: new Date('2026-02-09') };
		await db.idea.update({ where: { id: ideaId }, data: { ...changed, ...gone } });

		expect(await copies()).toMatchObject([
			{ ideaTitle: 'Second', ideaUpdatedAt: changed.updatedAt, ideaDeletedAt: gone.deletedAt }
		]);
	});

	test('are sorted by the bytes of their positions', async () => {
		const rows = await db.$queryRaw<{ collation: string }[]>`
			select collation_name as collation from information_schema.columns
			 where table_name = 'idea_members' and column_name = 'position'`;

		expect(rows).toEqual([{ collation: 'C' }]);
	});
});

describe('the users table', () => {
	test.each([
		['capitals', 'Ada@example.com', 'users_email_lower_check'],
		['capitals outside ASCII', 'ÄDA@example.com', 'users_email_lower_check'],
		['two letters', 'a@', 'users_email_length_check'],
		['321 letters', `${'a'.repeat(309)}@example.com`, 'users_email_length_check']
	])('refuses an address of %s', async (_, email, constraint) => {
		await expect(createPerson(email)).rejects.toThrow(constraint);
	});
});

describe('the audit', () => {
	const entry = () => ({
		actorKind: 'system' as const,
		action: 'test.run',
		targetKind: 'test',
		changed: []
	});

	test('is only ever added to', async () => {
		const { id } = await db.auditEntry.create({ data: entry(), select: { id: true } });

		await expect(db.auditEntry.update({ where: { id }, data: { action: 'x' } })).rejects.toThrow(
			'append-only'
		);
		await expect(db.auditEntry.deleteMany()).rejects.toThrow('append-only');
		await expect(db.$executeRaw`truncate audit_entries`).rejects.toThrow('append-only');
		expect(await db.auditEntry.count()).toBe(1);
	});
});

test('the counts of the rate limiter are not logged', async () => {
	const rows = await db.$queryRaw<{ relpersistence: string }[]>`
		select relpersistence::text from pg_class where relname = 'rate_limits'`;

	expect(rows).toEqual([{ relpersistence: 'u' }]);
});

test('whoever is added to an idea while it is deleted does not have it on their board', async () => {
	const [id, ada] = [await insertIdea({}), await createPerson()];
	const member = { idea_id: id, user_id: ada.userId, role: 'viewer', position: 'a0' };
	const filled = { star: 'none', tags: [], created_at: new Date() };
	const copies = { idea_created_at: new Date(), idea_updated_at: new Date(), idea_title: '' };
	let adding: Promise<unknown> = Promise.resolve();

	await db.$transaction(async (tx) => {
		const now = new Date();
		await tx.idea.update({ where: { id }, data: { deletedAt: now, undoExpiresAt: now } });
		let isAdded = false;
		adding = insert('idea_members', { ...member, ...filled, ...copies }).then(() => {
			isAdded = true;
		});
		// Either it waits for the deletion, or it did not see it.
		await expect.poll(async () => isAdded || (await waiting()) > 0).toBe(true);
	});
	await adding;

	const row = await db.ideaMember.findFirst({ where: { ideaId: id, userId: ada.userId } });
	expect(row?.ideaDeletedAt).toBeInstanceOf(Date);
});
