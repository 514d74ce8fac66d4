import type { SwitchName, SwitchValues } from '$lib/schemas/switches';
import { env } from './env';

/** What the environment decides, whatever the switch says, and which part of it. */
interface Forced<Value> {
	value: Value;
	by: string;
}

/** One thing that operators can change while the program runs. */
interface SwitchSpec<Value> {
	title: string;
	/** What it does, in words for whoever is about to change it. */
	says: string;
	/** How it stands when nobody has changed it. */
	fallback: () => Value;
	forced?: () => Forced<Value> | undefined;
	/** A value in a few words. */
	inWords: (value: Value) => string;
}

const onOrOff = (value: boolean) => (value ? 'On' : 'Off');
/** As much of a sentence as it takes to know it again. */
const shortened = (text: string) => (text.length > 32 ? `${text.slice(0, 30).trimEnd()}…` : text);

const MODES = { off: 'Off', 'read-only': 'Read-only', full: 'Full' };

/** Every switch, in one table. */
export const SWITCHES: { readonly [Name in SwitchName]: SwitchSpec<SwitchValues[Name]> } = {
	maintenance: {
		title: 'Maintenance',
		says: 'Read-only: everything can be read, nothing is saved, tasks rest; what people write is kept in their browsers and sent afterwards. Full: everyone but admins sees a page that says so.',
		fallback: () => ({ mode: 'off', message: '', startsAt: null, until: null }),
		forced: () => {
			const mode = env().MAINTENANCE_MODE;
			if (mode === 'off') return undefined;
			const value = { mode, message: '', startsAt: null, until: null };
			return { value, by: 'MAINTENANCE_MODE' };
		},
		inWords: ({ mode }) => MODES[mode]
	},
	announcement: {
		title: 'Announcement',
		says: 'A sentence at the top of every page, until each person has closed it.',
		fallback: () => null,
		inWords: (value) => (value ? `“${shortened(value.text)}”` : 'None')
	},
	signUps: {
		title: 'Sign-ups',
		says: 'Off: an address without an account gets none. Whoever has one signs in as ever.',
		fallback: () => true,
		inWords: onOrOff
	},
	rateMultiplier: {
		title: 'Rate limits',
		says: 'Every limit on how often is multiplied by it: 0.5 halves them, 2 doubles them.',
		fallback: () => 1,
		inWords: (value) => `${value} ×`
	},
	devMode: {
		title: 'DevMode',
		says: 'Off: computers can neither be paired nor used, and nothing leads there.',
		fallback: () => true,
		forced: () =>
			env().PUBLIC_ENABLE_DEVMODE === 'false'
				? { value: false, by: 'PUBLIC_ENABLE_DEVMODE' }
				: undefined,
		inWords: onOrOff
	},
	analytics: {
		title: 'Analytics',
		says: 'Counts which pages are looked at and how fast they are, without knowing by whom. In development it is off until it is switched on.',
		fallback: () => env().tier === 'production',
		forced: () =>
			env().tier === 'preview' ? { value: false, by: `the ${env().tier} tier` } : undefined,
		inWords: onOrOff
	},
	viewSampling: {
		title: 'Sampling of views',
		says: 'Counts one visitor of so many and multiplies, where counting everyone is too much. 1 counts everyone.',
		fallback: () => 1,
		inWords: (value) => (value === 1 ? 'Everyone' : `1 visitor in ${value}`)
	},
	logLevel: {
		title: 'Log level',
		says: 'What is written to the log: from this level on.',
		fallback: () => env().LOG_LEVEL,
		inWords: (value) => value
	},
	logStore: {
		title: 'Log in the database',
		says: 'Off: lines are written to the output of each process and to the log drain alone, and cannot be found under Logs.',
		fallback: () => true,
		inWords: onOrOff
	},
	requestTotals: {
		title: 'Totals of requests',
		says: 'Off: requests are not counted. Charts, service levels and the alerts about errors and slowness see nothing meanwhile.',
		fallback: () => true,
		inWords: onOrOff
	}
};
