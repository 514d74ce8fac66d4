import { benchAudit } from '../tests/bench/audit.ts';
import { report } from '../tests/bench/report.ts';
import { testEnvironment } from '../tests/support/environment.ts';
import { copyTemplate, dropCopy, joinTestPostgres } from '../tests/support/test-postgres.ts';
import { runScript } from './local/script.ts';

await runScript(async () => {
	Object.assign(process.env, testEnvironment, { LOG_LEVEL: 'error' });
	const postgres = await joinTestPostgres();
	const url = await copyTemplate(postgres.templateUrl);
	try {
		const rows = await benchAudit(url);
		report(rows, process.argv);
		return rows.every(({ ok }) => ok) ? 0 : 1;
	} finally {
		await dropCopy(url);
		await postgres.leave();
	}
});
