/** What a pool of connections says of itself. */
export interface PoolFigures {
	totalCount: number;
	idleCount: number;
	waitingCount: number;
	options: { max: number };
}

/** What opens a pool for Prisma, of node-postgres or of Neon. */
interface Opening {
	connect(): Promise<{ underlyingDriver(): PoolFigures }>;
}

const pools = new Map<string, PoolFigures>();

/** Keeps the pool that this will open where its figures can be read. */
export function watchPool<T extends Opening>(name: string, adapter: T): T {
	const connect = adapter.connect.bind(adapter);
	adapter.connect = async () => {
		const connected = await connect();
		pools.set(name, connected.underlyingDriver());
		return connected;
	};
	return adapter;
}

/** The pools of this process, as far as they were opened. */
export const databasePools = () => [...pools].map(([name, pool]) => ({ name, pool }));
