/**
 * Waits for work, but not for long: after `ms` it answers nothing and lets the work go on by itself.
 * Work that fails is nothing, too; whoever must know hears of it elsewhere.
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<undefined>((resolve) => {
		timer = setTimeout(() => resolve(undefined), ms);
	});
	try {
		return await Promise.race([work.catch(() => undefined), late]);
	} finally {
		clearTimeout(timer);
	}
}
