import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A value of an attribute, as OTLP's JSON has it. */
interface AnyValue {
	stringValue?: string;
	intValue?: number | string;
	doubleValue?: number;
	boolValue?: boolean;
}

interface KeyValue {
	key: string;
	value: AnyValue;
}

interface ProtoSpan {
	traceId: string;
	spanId: string;
	parentSpanId?: string;
	name: string;
	kind: number;
	attributes?: KeyValue[];
	status?: { code?: number; message?: string };
}

interface ProtoMetric {
	name: string;
	sum?: { dataPoints: ProtoPoint[] };
	gauge?: { dataPoints: ProtoPoint[] };
	histogram?: { dataPoints: ProtoPoint[] };
}

interface ProtoPoint {
	attributes?: KeyValue[];
	asInt?: number | string;
	asDouble?: number;
	count?: number | string;
	sum?: number;
}

type Attributes = Record<string, string | number | boolean | undefined>;

/** A span that arrived. */
export interface ArrivedSpan extends Omit<ProtoSpan, 'attributes'> {
	attributes: Attributes;
	isFailed: boolean;
}

/** One figure that arrived: its value, or how many were counted into it. */
export interface ArrivedPoint {
	metric: string;
	attributes: Attributes;
	value: number;
}

/** What was sent in one request. */
export interface OtlpRequest {
	path: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

/** Somebody's collector: it takes OTLP/HTTP and keeps what it got. */
export interface OtlpReceiver {
	origin: string;
	requests: OtlpRequest[];
	/** Spans that arrived as JSON and were taken. */
	spans: ArrivedSpan[];
	/** Figures of the latest request of each program, as JSON. */
	points: ArrivedPoint[];
	/** Attributes of who told, as JSON. */
	resource: Attributes;
	/** How it answers from now on; what is not answered with 200 was not taken. */
	answer: (response: ServerResponse, path: string) => number;
	/** Resolves as soon as something holds, and fails when it does not within ten seconds. */
	until(holds: () => boolean): Promise<void>;
	stop(): Promise<void>;
}

const WAIT_MS = 10_000;

const valueOf = ({ stringValue, intValue, doubleValue, boolValue }: AnyValue) =>
	stringValue ?? (intValue === undefined ? (doubleValue ?? boolValue) : Number(intValue));

const attributesOf = (list: KeyValue[] = []): Attributes =>
	Object.fromEntries(list.map(({ key, value }) => [key, valueOf(value)]));

/** Takes everything, with the empty answer of the specification. */
export const takeAll = (response: ServerResponse): number => {
	response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
	return 200;
};

/** Starts a collector on this machine. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
	const waiting = new Set<() => void>();
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const path = request.url ?? '';
			const body = Buffer.concat(chunks);
			receiver.requests.push({ path, headers: request.headers, body });
			const isJson = request.headers['content-type'] === 'application/json';
			if (receiver.answer(response, path) === 200 && isJson) take(receiver, path, body);
			for (const look of waiting) look();
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const receiver: OtlpReceiver = {
		origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		...{ requests: [], spans: [], points: [], resource: {} },
		answer: takeAll,
		until: (holds) =>
			new Promise((resolve, reject) => {
				const timer = setTimeout(() => {
					waiting.delete(look);
					const names = receiver.spans.map(({ name }) => name).join(', ');
					reject(new Error(`It did not come. Spans: ${names}`));
				}, WAIT_MS);
				const look = () => {
					if (!holds()) return;
					clearTimeout(timer);
					waiting.delete(look);
					resolve();
				};
				waiting.add(look);
				look();
			}),
		async stop() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		}
	};
	return receiver;
}

function take(receiver: OtlpReceiver, path: string, body: Buffer): void {
	const told = JSON.parse(body.toString()) as {
		resourceSpans?: {
			resource: { attributes: KeyValue[] };
			scopeSpans: { spans: ProtoSpan[] }[];
		}[];
		resourceMetrics?: { scopeMetrics: { metrics: ProtoMetric[] }[] }[];
	};
	for (const { resource, scopeSpans } of told.resourceSpans ?? []) {
		receiver.resource = attributesOf(resource.attributes);
		for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
			const attributes = attributesOf(span.attributes);
			receiver.spans.push({ ...span, attributes, isFailed: span.status?.code === 2 });
		}
	}
	if (path !== '/v1/metrics') return;
	receiver.points = (told.resourceMetrics ?? [])
		.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
		.flatMap(({ name, sum, gauge, histogram }) =>
			(sum ?? gauge ?? histogram ?? { dataPoints: [] }).dataPoints.map((point) => ({
				metric: name,
				attributes: attributesOf(point.attributes),
				value: Number(point.asInt ?? point.asDouble ?? point.count ?? 0)
			}))
		);
}
