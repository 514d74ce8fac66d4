import { join } from 'node:path';
import { fastSettings } from '../../tests/support/test-postgres.ts';
import { dataFolder, dataFolderPath } from '../local/data-folder.ts';
import { debianBinaries } from '../local/postgres-binaries.ts';
import { joinLocalPostgres } from '../local/postgres.ts';
import type { Counts } from './counts.ts';
import { canInstallPackages, installPackage } from './debian.ts';
import { browserSuite, vitestSuite, type Section, type Step } from './steps.ts';

/** The oldest Postgres that Coda promises to work with. */
const oldestPostgres = '15';

/** The integration tests on the oldest Postgres. Skipped, as one test, where there is none to be had. */
const onOldestPostgres: Step = {
	name: `integration on Postgres ${oldestPostgres}`,
	async run(signal): Promise<Counts> {
		const find = () => debianBinaries(oldestPostgres);
		const binaries =
			find() ??
			(canInstallPackages() && installPackage(`postgresql-${oldestPostgres}`) ? find() : null);
		if (!binaries) {
			console.log(
				`skipped: there is no Postgres ${oldestPostgres} here, and none can be installed`
			);
			return { passed: 0, failed: 0, skipped: 1 };
		}
		const { url, leave } = await joinLocalPostgres({
			folder: dataFolder(join(dataFolderPath(), `test-${oldestPostgres}`)),
			database: 'postgres',
			settings: fastSettings,
			binaries
		});
		try {
			return await vitestSuite('integration', {
				TEST_DATABASE_URL: url,
				CODA_LONG_TESTS: 'yes'
			}).run(signal);
		} finally {
			await leave();
		}
	}
};

/** What takes too long for every change. */
export const nightlyLane: Section[] = [
	{ title: 'Integration tests on the oldest Postgres', steps: [onOldestPostgres] },
	{ title: 'Long system tests', steps: [vitestSuite('system', { CODA_LONG_TESTS: 'yes' })] },
	{ title: 'Long end-to-end tests', steps: [browserSuite('nightly')] }
];
