import { expect, test } from 'vitest';
import { linesOf } from './probe.ts';

test('each probe has a line that says how it went', () => {
	const worked = {
		isOk: true,
		wasTried: true,
		step: null,
		cause: null,
		durationMs: 48,
		missing: null
	};

	expect(
		linesOf({
			success: false,
			probes: [
				{ ...worked, probe: 'signIn' },
				{ ...worked, probe: 'relayEcho', missing: 'There is no relay.', wasTried: false },
				{
					...worked,
					probe: 'export',
					isOk: false,
					wasTried: false,
					step: 'begin',
					cause: 'too late'
				},
				{ ...worked, probe: 'ideas', isOk: false, step: 'create', cause: 'no answer in 4000 ms' }
			]
		})
	).toEqual([
		'signIn     works, 48 ms',
		'relayEcho  not tried: There is no relay.',
		'export     NOT TRIED: too late',
		'ideas      FAILED after 48 ms at “create”: no answer in 4000 ms'
	]);
	expect(linesOf({ success: false, error: 'Tasks rest.' })).toEqual(['Tasks rest.']);
});
