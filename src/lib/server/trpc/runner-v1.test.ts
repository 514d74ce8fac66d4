import { expect, test } from 'vitest';
import { procedurePaths } from '#tests/support/procedures';

/** What runners of every release need: none of it goes, and none of it changes. */
const NEEDED = [
	'runner.v1.pairing.start',
	'runner.v1.pairing.poll',
	'runner.v1.challenge',
	'runner.v1.ticket',
	'runner.v1.unpair'
];

/** What came later: a runner that is answered NOT_FOUND, by an app from before, does without and says nothing. */
const OPTIONAL = ['runner.v1.faults'];

test('what runners call is frozen; what comes to it is what they can do without', () => {
	const paths = procedurePaths.filter((path) => path.startsWith('runner.'));

	expect(paths.toSorted()).toEqual([...NEEDED, ...OPTIONAL].toSorted());
});
