import { expect, test } from 'vitest';
import { createFeatureFor, createIdeaFor, createPerson } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { countStatements } from '#tests/support/statements';

test('a page of an idea with 20 features, one of them open, asks the database three times', async () => {
	const ada = await createPerson();
	const idea = await createIdeaFor(ada);
	const ids: string[] = [];
	for (let place = 0; place < 20; place += 1) {
		ids.push((await createFeatureFor(ada, idea.id, { title: `Wheel ${place}` })).id);
	}
	const { ideas, features } = callerAs(ada);

	const count = await countStatements(() =>
		Promise.all([
			ideas.get({ id: idea.id }),
			features.list({ ideaId: idea.id }),
			features.get({ id: ids[7] ?? '' })
		])
	);

	expect(count).toBeLessThanOrEqual(3);
});
