-- Requests are added up in rows of a minute, later of an hour and a day. What has served is written down once.

CREATE TABLE "request_totals" (
    "step" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "release" TEXT NOT NULL,
    "requests" BIGINT NOT NULL,
    "redirected" BIGINT NOT NULL,
    "refused" BIGINT NOT NULL,
    "failed" BIGINT NOT NULL,
    "errors" BIGINT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "durations" BIGINT[],

    CONSTRAINT "request_totals_pkey" PRIMARY KEY ("step","starts_at","source","method","route","release"),
    CONSTRAINT "request_totals_step_check" CHECK ("step" IN ('minute', 'hour', 'day')),
    CONSTRAINT "request_totals_source_check" CHECK ("source" IN ('page', 'api', 'call', 'operation', 'probe')),
    CONSTRAINT "request_totals_method_check" CHECK ("method" IN ('read', 'write'))
);

CREATE TABLE "releases" (
    "commit" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "built_at" TIMESTAMPTZ(3) NOT NULL,
    "first_served_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deployed_by" TEXT,

    CONSTRAINT "releases_pkey" PRIMARY KEY ("commit")
);
