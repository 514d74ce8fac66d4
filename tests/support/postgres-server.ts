import { templateVariable } from './environment.ts';
import { joinTestPostgres } from './test-postgres.ts';

/** Runs once before all test files: starts Postgres and makes the template. Answers what ends it. */
export default async function setUpPostgres(): Promise<() => Promise<void>> {
	const { templateUrl, leave } = await joinTestPostgres();
	process.env[templateVariable] = templateUrl;
	return leave;
}
