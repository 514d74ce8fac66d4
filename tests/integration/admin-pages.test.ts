import { v7 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import { createAdmin, createErrorGroup } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { collectStatements } from '#tests/support/statements';
import { db } from '$lib/server/db';
import type { PersonalActor } from '$lib/server/services/actor';
import { readSwitches } from '$lib/server/switches';

/** A page of operators, as kit has it. */
interface Page {
	load: (event: object) => Promise<unknown>;
}

const FOLDER = '/src/routes/(admin)';
const pages = import.meta.glob<Page>('/src/routes/*/admin/**/+page.server.ts');

/** The session of whoever asks is one statement, and what fires, which the shell shows, is another. */
const BEFORE = 2;
const MOST = 10;

/** Something that each page of one thing shows, with as much about it as there can be. */
const ONE: Record<string, (admin: PersonalActor) => Promise<string>> = {
	'/admin/crons/[id=uuid]': async ({ userId }) => {
		const data = { task: 'purge-logs', trigger: 'manual', startedBy: userId } as const;
		return (await db.taskRun.create({ data })).id;
	},
	'/admin/errors/[id=uuid]': async ({ userId }) => {
		const { id } = await createErrorGroup({ resolvedBy: { connect: { id: userId } } });
		await db.errorEvent.create({
			data: {
				...{ groupId: id, at: new Date(), source: 'app', message: 'It broke', stack: '' },
				release: 'abc'
			}
		});
		return id;
	},
	'/admin/incidents/[id=uuid]': async ({ userId }) => {
		const { id } = await db.incident.create({
			data: {
				...{ title: 'Mails do not leave', severity: 2, ownerId: userId },
				alerts: { create: { rule: 'task', subject: uuid(), severity: 2, says: 'down' } },
				actions: { create: { text: 'Renew the key', ownerId: userId } },
				entries: { create: { kind: 'note', text: 'It is the key.', authorId: userId } }
			}
		});
		await db.problemReport.create({
			data: { text: 'No mail comes.', page: '/', release: 'abc', incidentId: id }
		});
		return id;
	},
	'/admin/people/[id=uuid]': ({ userId }) => Promise.resolve(userId)
};

/** What stands behind a page, so that each part of it has something to ask for; and what each request knows. */
async function fill(admin: PersonalActor) {
	await readSwitches();
	const { id } = await db.incident.create({ data: { title: 'Slow', severity: 3 } });
	await db.alert.createMany({
		data: (['firing', 'recovered'] as const).map((state) => ({
			...{ rule: 'slow', subject: uuid(), severity: 3, says: 'slow', state },
			...{ firedAt: new Date(), incidentId: id }
		}))
	});
	await db.problemReport.create({
		data: { text: 'It is slow.', page: '/', release: 'a', userId: admin.userId, incidentId: id }
	});
	await db.taskRun.create({
		data: { task: 'purge-logs', trigger: 'clock', state: 'failed', finishedAt: new Date() }
	});
}

describe('a page of operators asks the database at most ten times', () => {
	test.each(Object.keys(pages))('%s', async (file) => {
		const route = file.slice(FOLDER.length, -'/+page.server.ts'.length);
		const admin = await createAdmin();
		await fill(admin);
		const id = route.includes('[') ? await ONE[route]?.(admin) : undefined;
		const { load } = await (pages[file]?.() ?? Promise.reject(new Error(file)));
		const event = {
			locals: { trpc: callerAs(admin), requestId: 'test', session: undefined },
			url: new URL(`http://localhost${route}`),
			params: { id }
		};

		const statements = await collectStatements(() => load(event));

		expect(statements.length + BEFORE, statements.join('\n\n')).toBeLessThanOrEqual(MOST);
	});
});
