import * as z from 'zod';

/** How far back the charts of traffic go. */
export const TRAFFIC_RANGES = ['hour', 'day', 'week'] as const;
export type TrafficRange = (typeof TRAFFIC_RANGES)[number];

export const TrafficOf = z.object({ range: z.enum(TRAFFIC_RANGES).default('hour') });
export type TrafficOf = z.infer<typeof TrafficOf>;
