import type { Star } from '../../src/lib/server/prisma/enums.ts';

/** One idea of the demo person, as it stands on the board. */
export interface DemoIdea {
	/** Fixed, so that a second run finds the idea instead of making it again. */
	clientKey: string;
	title: string;
	notes?: string;
	link?: { url: string; label?: string };
	star?: Star;
	/** How long ago it was written. */
	ageDays: number;
}

const key = (number: number) => `5eed0000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** A board as a person has it after some weeks, in its order from the top. */
export const demoIdeas: readonly DemoIdea[] = [
	{
		clientKey: key(1),
		title: 'A weather station for the roof that posts to the house dashboard',
		notes:
			'Parts: an ESP32, a BME280, a rain gauge with a reed switch.\n\nThe gauge tips at 0.2 mm. Count tips, ' +
			'not time. Battery has to last a winter, so sleep between readings.',
		link: {
			url: 'https://www.home-assistant.io/integrations/mqtt/',
			label: 'MQTT in Home Assistant'
		},
		star: 'super',
		ageDays: 2
	},
	{
		clientKey: key(2),
		title: 'Backup that restores itself once a month and says whether it worked',
		notes:
			'A backup nobody has restored is a wish. Restore into a scratch database, compare counts, mail the result.',
		star: 'super',
		ageDays: 5
	},
	{
		clientKey: key(3),
		title: 'Keyboard-only recipe reader for the kitchen tablet',
		notes: 'Large steps, one at a time. The space bar goes on, so that an elbow is enough.',
		star: 'star',
		ageDays: 9
	},
	{
		clientKey: key(4),
		title: 'Sort the photo archive by who is in it, without sending anything anywhere',
		link: { url: 'https://onnxruntime.ai/', label: 'ONNX Runtime' },
		star: 'star',
		ageDays: 12
	},
	{
		clientKey: key(5),
		title: 'Git hook that refuses a commit with a TODO and no name behind it',
		star: 'star',
		ageDays: 15
	},
	{
		clientKey: key(6),
		title: 'Reading list that knows how long an article takes',
		notes:
			'Words divided by 230 is good enough. Show "fits before the train" for what is under 12 minutes.',
		ageDays: 16
	},
	{
		clientKey: key(7),
		title: 'Tiny status page for the three servers at home',
		notes: 'Static HTML, written by a timer. No JavaScript, no database.',
		link: { url: 'https://www.freedesktop.org/software/systemd/man/latest/systemd.timer.html' },
		ageDays: 21
	},
	{
		clientKey: key(8),
		title: 'Split the electricity bill by room with the smart plugs that are there already',
		ageDays: 26
	},
	{
		clientKey: key(9),
		title: 'Übersetzung der Spielregeln für die Großeltern, in großer Schrift 🎲',
		notes: 'One page per game, at least 16 points.',
		ageDays: 33
	},
	{
		clientKey: key(10),
		title: 'Command line tool that explains a cron expression and its next five runs',
		notes: 'Also the other way round: "every second Tuesday at nine".',
		link: { url: 'https://crontab.guru/', label: 'crontab.guru' },
		ageDays: 40
	},
	{
		clientKey: key(11),
		title: 'Garden log: what was sown where, and what came of it',
		ageDays: 51
	},
	{
		clientKey: key(12),
		title: 'Learn enough about PID control to make the espresso machine behave',
		notes: 'Start with the boiler temperature only.',
		ageDays: 64
	}
];
