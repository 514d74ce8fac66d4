/** A terminal at its far end, whatever is in between. */
export interface BenchTerminal {
	write(text: string): void;
	/**
	 * What is done with output. Where it answers a promise, the terminal draws until that is kept: it reads nothing
	 * more, and acknowledges only then.
	 */
	draw: (output: Uint8Array) => void | Promise<void>;
	close(): void;
}

/** A way to terminals: Coda's, or one that it is held against. */
export interface Way {
	name: string;
	/** @param port where its relay is reached instead */
	open(port?: number): Promise<BenchTerminal>;
	/** Where its relay listens for whoever looks; absent where there is none. */
	port?: number;
	/** Its processes, by what they are; asked anew each time. */
	processes(): Record<string, number[]>;
	stop(): Promise<void>;
}

/** Reads output until something was printed. */
export function untilPrinted(terminal: BenchTerminal, wanted: string): Promise<void> {
	let tail = '';
	return new Promise((resolve) => {
		terminal.draw = (output) => {
			tail = (tail + Buffer.from(output).toString('latin1')).slice(-4_096);
			if (!tail.includes(wanted)) return;
			terminal.draw = () => {};
			resolve();
		};
	});
}

/** Has a shell say nothing of its own, and change no byte. */
export async function makeRaw(terminal: BenchTerminal): Promise<void> {
	// What is typed ahead of the second shell, the first one may read.
	const isThere = untilPrinted(terminal, 'second-sh');
	terminal.write('exec env PS1="second""-sh" ENV= sh\r');
	await isThere;
	const isReady = untilPrinted(terminal, 'ready\n');
	terminal.write('PS1=; stty raw -echo isig; echo "rea""dy"\r');
	await isReady;
}

/** A terminal that is raw. */
export async function rawTerminal(way: Way, port?: number): Promise<BenchTerminal> {
	const terminal = await way.open(port);
	await makeRaw(terminal);
	return terminal;
}

/** A terminal that echoes each key by itself. */
export async function echoTerminal(way: Way): Promise<BenchTerminal> {
	const terminal = await rawTerminal(way);
	const isReady = untilPrinted(terminal, 'go\n');
	terminal.write('stty echo; echo "g""o"; exec cat > /dev/null\n');
	await isReady;
	return terminal;
}

/** One key, until its echo is there. */
export function keystroke(terminal: BenchTerminal): Promise<void> {
	return new Promise((resolve) => {
		terminal.draw = () => {
			terminal.draw = () => {};
			resolve();
		};
		terminal.write('x');
	});
}
