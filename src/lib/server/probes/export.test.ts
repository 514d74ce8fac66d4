import { expect, test } from 'vitest';
import { PROBE_EMAIL, PROBE_ID } from '../services/probe-identity';
import { compareExport } from './export';
import { NOTES, TITLE, WHEEL } from './ideas';

const written = { idea: { id: crypto.randomUUID() }, feature: { id: crypto.randomUUID() } };

/** A file as it should be, with what the test breaks. */
const fileOf = (given: object = {}) =>
	JSON.stringify({
		...{ format: 'coda.account', version: 1, account: { id: PROBE_ID, email: PROBE_EMAIL } },
		ideas: [{ ...written.idea, title: TITLE, notes: NOTES, star: 'star', linkUrl: null }],
		features: [{ ...written.feature, ideaId: written.idea.id, title: WHEEL, notes: NOTES }],
		complete: true,
		...given
	});

test('an export that holds what was written is right', () => {
	expect(() => compareExport(fileOf(), written)).not.toThrow();
});

test.each([
	['cut off', fileOf().slice(0, 200), 'the file is no JSON'],
	['without its end', fileOf({ complete: undefined }), 'the file is wrong at complete'],
	[
		'of somebody else',
		fileOf({ account: { id: 'x', email: 'y' } }),
		'the file is wrong at account'
	],
	['without the idea', fileOf({ ideas: [] }), 'the idea is not in the file'],
	['without the feature', fileOf({ features: [] }), 'the feature is not in the file'],
	[
		'with another title',
		fileOf().replace(TITLE, 'Coda tries itself â'),
		'the idea in the file is not as it was written'
	]
])('an export %s is told', (_, file, cause) => {
	expect(() => compareExport(file, written)).toThrow(cause);
});
