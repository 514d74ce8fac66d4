import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { db } from '$lib/server/db';
import { labFiguresIn, labRecord } from '../../scripts/ops/lab-record';

/** A report of Lighthouse, as far as it is read. */
const report = (audits: object = {}) =>
	JSON.stringify({
		lighthouseVersion: '13.0.1',
		fetchTime: '2026-11-23T10:00:00.000Z',
		requestedUrl: 'https://coda.example/ideas?token=secret',
		finalDisplayedUrl: 'https://coda.example/ideas?token=secret#here',
		configSettings: { formFactor: 'mobile', throttlingMethod: 'simulate' },
		audits: {
			'largest-contentful-paint': { score: 1, numericValue: 1_799.6 },
			'first-contentful-paint': { numericValue: 900 },
			interactive: { numericValue: 2_880 },
			'total-blocking-time': { numericValue: 120.4 },
			'cumulative-layout-shift': { numericValue: 0.0512 },
			...audits
		}
	});

const folder = mkdtempSync(join(tmpdir(), 'coda-lab-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
	const path = join(folder, 'report.json');
	writeFileSync(path, text);
	return path;
}

describe('pnpm ops lab:record', () => {
	test('keeps what a report measured once, without the query of its address', async () => {
		await labRecord.run([file(report())]);
		await labRecord.run([file(report())]);

		expect(await db.labRun.findMany()).toMatchObject([
			{
				...{ url: 'https://coda.example/ideas', formFactor: 'mobile', version: '13.0.1' },
				...{ at: new Date('2026-11-23T10:00:00Z') },
				...{ lcp: 1_800, fcp: 900, tti: 2_880, tbt: 120, cls: 512 }
			}
		]);
		expect(await db.auditEntry.findMany({ where: { action: 'lab.record' } })).toMatchObject([
			{ actorKind: 'system', actorId: 'lab:record', details: { url: 'https://coda.example/ideas' } }
		]);
	});

	test.each([
		['is no JSON', 'Lighthouse'],
		['is something else', '{"name":"coda"}'],
		['measured nothing', report({ interactive: {} })],
		['measured what nobody believes', report({ interactive: { numericValue: -1 } })]
	])('refuses a file that %s', (_, text) => {
		expect(() => labFiguresIn(text)).toThrow('no report of Lighthouse');
	});

	test('says which file could not be read, and how it is called', async () => {
		await expect(labRecord.run([join(folder, 'none.json')])).rejects.toThrow('could not be read');
		await expect(labRecord.run([])).rejects.toThrow('pnpm dlx lighthouse');
	});
});
