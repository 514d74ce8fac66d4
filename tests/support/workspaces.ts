import fc from 'fast-check';

/** Half of it what forms of files give a meaning to. */
const character = fc.oneof(
	fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
	fc.constantFrom(...',;\t"\'=+-@＝#\\*<>[]x \n')
);
const text = (maxLength: number) =>
	fc
		.string({ unit: character, maxLength })
		.map((value) => value.replaceAll('\u0000', '').replace(/\r\n?/g, '\n').normalize('NFC'));
const title = text(40)
	.map((value) => value.replace(/\s+/g, ' ').trim())
	.map((value) => value || 'Untitled');
const when = fc
	.date({ min: new Date(0), max: new Date('9000-01-01'), noInvalidDate: true })
	.map((date) => date.toISOString());
const star = fc.constantFrom('none' as const, 'star' as const, 'super' as const);

const feature = fc
	.record({
		title,
		notes: text(60),
		sections: fc.array(fc.record({ id: fc.uuid(), label: title, body: text(60) }), {
			maxLength: 3
		}),
		visibility: fc.constantFrom('inherit', 'private'),
		star: fc.constantFrom('none', 'star'),
		completedAt: fc.option(when),
		createdAt: when,
		updatedAt: when
	})
	.map((one) => ({
		...one,
		star: one.completedAt ? 'none' : one.star,
		starBeforeDone: one.completedAt && one.star !== 'none' ? one.star : null,
		sections: one.sections.filter(
			({ id }, at, all) => all.findIndex((other) => other.id === id) === at
		)
	}));

/** What somebody may have: texts of all kinds, stars, tags, dates. */
export const workspaces = fc.array(
	fc.record({
		idea: fc.record({
			title,
			notes: text(80),
			linkUrl: fc.option(fc.constant('https://example.com/')),
			linkLabel: fc.option(title),
			visibility: fc.constantFrom('private', 'public'),
			star,
			tags: fc.array(fc.constantFrom('a', 'b', 'ç')).map((tags) => [...new Set(tags)].sort()),
			archivedAt: fc.option(when),
			createdAt: when,
			updatedAt: when
		}),
		features: fc.array(feature, { maxLength: 4 })
	}),
	{ minLength: 1, maxLength: 5 }
);
