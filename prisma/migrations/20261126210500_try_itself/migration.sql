-- What Coda tries by itself, how that went, and the account that is kept for it.
CREATE TABLE "probe_runs" (
    "id" UUID NOT NULL,
    "probe" TEXT NOT NULL,
    "is_ok" BOOLEAN NOT NULL,
    "step" TEXT,
    "cause" TEXT,
    "duration_ms" INTEGER NOT NULL,
    "release" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "probe_runs_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "probe_runs_cause_check" CHECK ("is_ok" = ("cause" IS NULL)),
    CONSTRAINT "probe_runs_cause_length_check" CHECK (char_length("cause") <= 500)
);

CREATE INDEX "probe_runs_probe_at_idx" ON "probe_runs"("probe", "at" DESC);

CREATE INDEX "probe_runs_at_idx" ON "probe_runs"("at");

-- One account has this id, and it alone has this address: it has no password, is nobody's, and can do nothing special.
ALTER TABLE "users" ADD CONSTRAINT "users_probe_check" CHECK (
    ("id" = '00000000-0000-7000-8000-00000000c0da') = ("email" = 'probe@coda.invalid')
    AND ("email" <> 'probe@coda.invalid' OR ("password_hash" IS NULL AND "role" = 'user'))
) NOT VALID;
