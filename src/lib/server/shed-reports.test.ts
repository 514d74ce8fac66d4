import { afterEach, expect, test, vi } from 'vitest';
import { counters } from './counters';
import { hearShedReports } from './shed-reports';

afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

test('reports that the web server refused are counted, and told of in one line', async () => {
	vi.useFakeTimers({ toFake: ['setTimeout'] });
	const said = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
	const before = counters()['reports.shed'];
	const end = hearShedReports();

	for (let n = 0; n < 3; n += 1) (process as NodeJS.EventEmitter).emit('coda:shed');
	await vi.advanceTimersByTimeAsync(10_000);
	end();
	(process as NodeJS.EventEmitter).emit('coda:shed');

	expect(counters()['reports.shed'] - before).toBe(3);
	const lines = said.mock.calls.map(([line]) => JSON.parse(String(line)) as { reports?: number });
	expect(lines.filter(({ reports }) => reports !== undefined)).toMatchObject([{ reports: 3 }]);
});
