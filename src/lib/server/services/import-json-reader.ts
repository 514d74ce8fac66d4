import { Tokenizer, TokenType } from '@streamparser/json';
import { LIMITS } from '$lib/limits';
import { unreadable, UnreadableFile } from './import-problems';

/** Something that a file holds, with the place of its idea and, of a feature, its own; in a text, its line. */
export type FilePart =
	| { kind: 'idea'; ideaIndex: number; value: unknown; line?: number }
	| { kind: 'feature'; ideaIndex: number; featureIndex: number; value: unknown; line?: number }
	| { kind: 'remark'; message: string; line?: number }
	| { kind: 'end'; ideaIndex: number; hasIdea: boolean }
	| { kind: 'head'; key: string; value: unknown };

/** An idea is five levels deep, sections included. */
const MAX_DEPTH = 12;
/** The longest text has 10,000 characters of at most twelve bytes each, written as escapes. */
const MAX_TOKEN_BYTES = 1_000_000;
/** Values of one idea or feature: 25 sections of three values are the most that has a meaning. */
const MAX_VALUES = 1_000;
/** The tokenizer is given this much at once, so that a text without end is noticed. */
const STEP_BYTES = 65_536;

type Container = Map<string, unknown> | unknown[];

interface Frame {
	isArray: boolean;
	/** What stands here at the moment: a name, or a number in a list. */
	key: string | number;
	/** What is built; nothing where it is of no interest. */
	container?: Container;
	/** An object between its name and its value, a list or an object right after a value, or right at its begin. */
	state: 'begin' | 'key' | 'colon' | 'value' | 'after';
}

/**
 * Reads a JSON file of ideas while it comes in. Depth and number are checked on what the file says before
 * anything is built from it, and only ideas and features are built, one at a time.
 */
export class JsonReader {
	#frames: Frame[] = [];
	#parts: FilePart[] = [];
	#values = 0;
	#sinceToken = 0;
	#hasRoot = false;
	#hasIdea = false;
	#tokenizer = new Tokenizer({ stringBufferSize: STEP_BYTES, numberBufferSize: 64 });

	constructor() {
		this.#tokenizer.onToken = ({ token, value }) => this.#take(token, value);
		this.#tokenizer.onError = (error) => {
			// What was refused above comes by here, too.
			if (error instanceof UnreadableFile) throw error;
			unreadable(this.#path(), 'This is not JSON from here on.');
		};
		this.#tokenizer.onEnd = () => undefined;
	}

	/** @throws UnreadableFile */
	*read(bytes: Uint8Array): Generator<FilePart> {
		for (let at = 0; at < bytes.byteLength; at += STEP_BYTES) {
			const step = bytes.subarray(at, at + STEP_BYTES);
			this.#sinceToken += step.byteLength;
			if (this.#hasRoot && this.#frames.length === 0) this.#refuseRest(step);
			else this.#tokenizer.write(step);
			if (this.#sinceToken > MAX_TOKEN_BYTES) unreadable(this.#path(), 'This text has no end.');
			yield* this.#parts.splice(0);
		}
	}

	/** @throws UnreadableFile when something is missing at the end */
	end(): void {
		if (!this.#hasRoot || this.#frames.length > 0) {
			unreadable(this.#path(), 'The file ends here, in the middle. Export it anew.');
		}
	}

	#refuseRest(bytes: Uint8Array) {
		if (bytes.some((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte))) {
			unreadable('', 'Something follows after the end.');
		}
	}

	#take(token: TokenType, value: unknown) {
		this.#sinceToken = 0;
		const frame = this.#frames.at(-1);
		switch (token) {
			case TokenType.LEFT_BRACE:
			case TokenType.LEFT_BRACKET:
				return this.#open(token === TokenType.LEFT_BRACKET);
			case TokenType.RIGHT_BRACE:
			case TokenType.RIGHT_BRACKET:
				return this.#close(token === TokenType.RIGHT_BRACKET);
			case TokenType.COLON:
				if (frame?.state !== 'colon') return this.#refuse();
				frame.state = 'value';
				return;
			case TokenType.COMMA:
				if (frame?.state !== 'after') return this.#refuse();
				frame.state = frame.isArray ? 'value' : 'key';
				if (typeof frame.key === 'number') frame.key += 1;
				return;
			default:
				if (token === TokenType.STRING && this.#isName(frame)) {
					frame.key = String(value);
					frame.state = 'colon';
					return;
				}
				return this.#put(value);
		}
	}

	#isName = (frame: Frame | undefined): frame is Frame =>
		frame !== undefined && !frame.isArray && (frame.state === 'begin' || frame.state === 'key');

	#open(isArray: boolean) {
		this.#assertValue();
		if (this.#frames.length >= MAX_DEPTH) unreadable(this.#path(), 'This is nested too deeply.');
		this.#countValue();
		const parent = this.#frames.at(-1)?.container;
		const container = parent || this.#isPart() ? (isArray ? [] : new Map()) : undefined;
		this.#assertShape(isArray);
		this.#frames.push({ isArray, key: isArray ? 0 : '', container, state: 'begin' });
		this.#countParts();
	}

	#close(isArray: boolean) {
		const frame = this.#frames.at(-1);
		if (frame?.isArray !== isArray || (frame.state !== 'begin' && frame.state !== 'after')) {
			return this.#refuse();
		}
		this.#frames.pop();
		if (this.#frames.length === 2 && this.#isIdeas()) {
			const ideaIndex = Number(this.#frames[1]?.key);
			this.#parts.push({ kind: 'end', ideaIndex, hasIdea: this.#hasIdea });
			this.#hasIdea = false;
		}
		const { container } = frame;
		this.#keep(container instanceof Map ? plain(container) : container);
	}

	#put(value: unknown) {
		this.#assertValue();
		this.#countValue();
		this.#assertShape(undefined);
		this.#keep(value);
		this.#countParts();
	}

	/** Hands a value to what it stands in, or out of here. */
	#keep(value: unknown) {
		const frame = this.#frames.at(-1);
		this.#hasRoot = true;
		if (!frame) return;
		frame.state = 'after';
		const { container, key } = frame;
		if (container instanceof Map) container.set(String(key), value);
		else if (container) container.push(value);
		else if (this.#isPart()) this.#emit(value);
		else if (this.#frames.length === 1) {
			this.#parts.push({ kind: 'head', key: String(key), value });
		}
	}

	#emit(value: unknown) {
		this.#values = 0;
		const ideaIndex = Number(this.#frames[1]?.key);
		if (this.#frames.length === 3) {
			this.#hasIdea = true;
			this.#parts.push({ kind: 'idea', ideaIndex, value });
		} else {
			const featureIndex = Number(this.#frames[3]?.key);
			this.#parts.push({ kind: 'feature', ideaIndex, featureIndex, value });
		}
	}

	#isIdeas = () => this.#frames[0]?.key === 'ideas' && this.#frames[1]?.isArray === true;

	/** Whether what stands here is an idea or a feature. */
	#isPart(): boolean {
		const [, , entry, list] = this.#frames;
		if (!this.#isIdeas()) return false;
		if (this.#frames.length === 3) return entry?.key === 'idea' && !entry.isArray;
		return this.#frames.length === 4 && entry?.key === 'features' && list?.isArray === true;
	}

	/** The shape of the file above its ideas. @param isArray absent for what is neither list nor object */
	#assertShape(isArray: boolean | undefined) {
		const depth = this.#frames.length;
		const [root, , entry] = this.#frames;
		if (depth === 0 && isArray !== false) {
			unreadable('', 'This is not a file of ideas: it begins with something else than an object.');
		}
		if (depth === 1 && root?.key === 'ideas' && isArray !== true) this.#refuse('a list');
		if (depth === 2 && root?.key === 'ideas' && isArray !== false) this.#refuse('an object');
		if (depth === 3 && this.#isIdeas() && entry?.key === 'features' && isArray !== true) {
			this.#refuse('a list');
		}
	}

	#countValue() {
		this.#values += 1;
		if (this.#values > MAX_VALUES) unreadable(this.#path(), 'There is too much in this one.');
	}

	/** What the file may have in number is refused before the first one too many is built. */
	#countParts() {
		const [, ideas, , features] = this.#frames;
		if (!this.#isIdeas()) return;
		if (Number(ideas?.key) >= LIMITS.ideasPerPerson) {
			unreadable('ideas', `At most ${LIMITS.ideasPerPerson.toLocaleString('en')} ideas.`);
		}
		if (this.#frames.length < 3) this.#values = 0;
		if (features?.isArray && Number(features.key) >= LIMITS.featuresPerIdea) {
			const most = LIMITS.featuresPerIdea.toLocaleString('en');
			unreadable(`ideas[${ideas?.key}].features`, `At most ${most} features.`);
		}
	}

	#assertValue() {
		const frame = this.#frames.at(-1);
		if (!frame) {
			if (this.#hasRoot) unreadable('', 'Something follows after the end.');
			return;
		}
		const isPlace = frame.state === 'value' || (frame.isArray && frame.state === 'begin');
		if (!isPlace) this.#refuse();
	}

	#refuse(wanted?: string): never {
		unreadable(this.#path(), wanted ? `This must be ${wanted}.` : 'This is not JSON from here on.');
	}

	#path(): string {
		return this.#frames
			.map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${key.slice(0, 60)}`))
			.join('')
			.replace(/^\.|\.$/g, '');
	}
}

/** Whatever a name is, `__proto__` too, it is data: this defines properties, and sets none. */
const plain = (entries: Map<string, unknown>): unknown => Object.fromEntries(entries);
