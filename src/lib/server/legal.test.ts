import { describe, expect, test } from 'vitest';
import { LEGAL, legalVersion, type LegalDocument } from './legal';

const DOCUMENTS = Object.keys(LEGAL) as LegalDocument[];

describe.each(DOCUMENTS)('the %s document', (name) => {
	test('has a date as its version, the newest first', () => {
		const { version, versions } = LEGAL[name];

		expect(version).toMatch(/^\d{4}-\d\d-\d\d$/);
		expect(versions).toContain(version);
		expect(versions).toEqual(versions.toSorted().reverse());
	});

	test('says what changed in one sentence', () => {
		expect(LEGAL[name].changed).toMatch(/^[A-Z].*\.$/);
	});

	test('leaves no place unfilled, and holds no script', () => {
		const { html } = LEGAL[name];

		expect(html).toContain('<h2>');
		expect(html).not.toMatch(/\{\w+\}|<script|javascript:/);
	});

	test('keeps every version readable', () => {
		for (const version of LEGAL[name].versions) {
			expect(legalVersion(name, version)?.html).toContain('<p>');
		}
	});

	test('has no version that was never written', () => {
		expect(legalVersion(name, '1999-01-01')).toBeUndefined();
		expect(legalVersion(name, '../terms')).toBeUndefined();
	});
});
