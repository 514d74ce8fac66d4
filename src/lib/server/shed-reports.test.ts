import { afterEach, expect, test, vi } from 'vitest';
import { counters } from './counters';
import { hearShedReports, recentShedReports, tellShedReports } from './shed-reports';

afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

const refuse = (times: number) => {
	for (let n = 0; n < times; n += 1) (process as NodeJS.EventEmitter).emit('coda:shed');
};

test('reports that the web server refused are counted, told of in one line, and forgotten after an hour', async () => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
	const said = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
	const told = () =>
		said.mock.calls
			.map(([line]) => (JSON.parse(String(line)) as { reports?: number }).reports)
			.filter((reports) => reports !== undefined);
	const before = counters()['reports.shed'];
	const end = hearShedReports();

	refuse(3);
	await vi.advanceTimersByTimeAsync(2_000);
	refuse(2);
	tellShedReports();
	tellShedReports();
	end();
	refuse(1);

	expect(told()).toEqual([3, 2]);
	expect(counters()['reports.shed'] - before).toBe(5);
	expect(recentShedReports()).toBe(5);
	await vi.advanceTimersByTimeAsync(3_600_000);
	expect(recentShedReports()).toBe(0);
});
