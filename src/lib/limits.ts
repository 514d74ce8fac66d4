/** Limits of the product, in one place: schemas, forms and messages all read them here. */
export const LIMITS = {
	/** Code points after Unicode normalisation (NFC), as Postgres counts them. */
	ideaTitleChars: 255,
	ideaNotesChars: 10_000,
	linkUrlChars: 2_048,
	linkLabelChars: 120,
	/** Ideas that one person may own, Trash included. */
	ideasPerPerson: 20_000,
	/** Super-stars that one person may give among live ideas, and that an idea may have among open features. */
	superStars: 3,
	featureTitleChars: 255,
	featureNotesChars: 10_000,
	/** Features of one idea, Trash included. */
	featuresPerIdea: 1_000,
	sectionsPerFeature: 25,
	sectionLabelChars: 60,
	sectionBodyChars: 10_000,
	/** Things that one act may be about: those that are selected in a list. */
	selected: 1_000,
	/** An idea may be copied whole when its features say no more than this. */
	copyChars: 1_000_000,
	/** Actions that one tab can undo, one after the other. */
	undoDepth: 20,
	tagsPerIdea: 20,
	tagChars: 40,
	/** A file that is imported, unpacked. */
	importBytes: 256_000_000,
	/** One piece of it, compressed: as base64 it stays under `apiBodyBytes`. */
	importChunkBytes: 640_000,
	/** Features of one file. */
	featuresPerImport: 200_000,
	/** What is wrong with a file is told up to here. */
	importProblems: 100,
	/** As many of a person's tags as are listed at once, those in use most. */
	tagsListed: 1_000,
	/** One page of a list. */
	pageSize: 50,
	/** Code points that one search looks at. */
	searchChars: 256,
	/** Results of a search on one page. */
	searchPageSize: 20,
	/** Matches that a search puts in order; beyond them one more word helps. */
	searchMatches: 2_000,
	/** Titles that the palette keeps in a tab; beyond them features are asked for at the server. */
	paletteTitles: 20_000,
	emailChars: 320,
	/** Code points of a password. Argon2 takes more, but nobody types more. */
	passwordMinChars: 12,
	passwordMaxChars: 128,
	/** A link in a mail works this long. */
	signInMinutes: 10,
	/** After signing in, dangerous acts ask for no new proof this long. */
	freshSignInMinutes: 10,
	/** Computers that a person may have paired. */
	runnersPerPerson: 20,
	/** What people call themselves. */
	personNameChars: 120,
	/** One sentence or two for everyone: an announcement, or why there is maintenance. */
	announcementChars: 280,
	/** Why an operator did something. */
	reasonChars: 200,
	/** What people write when something does not work. */
	problemChars: 4_000,
	/** A request to the API may be this long. */
	apiBodyBytes: 1_000_000,
	/** A form may be this long: the longest idea in four-byte characters, each written as %XX. */
	formBodyBytes: 256_000,
	/** An address may be this long, with its query. */
	urlChars: 8_000,
	/** Calls in one batched request to the API. */
	apiBatchCalls: 20,
	/** The toast that offers Undo stays this long. */
	undoToastMs: 10_000,
	/** Editing saves this long after the last key. */
	autosaveMs: 800
} as const;
