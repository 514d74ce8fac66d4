-- How fast pages are: each load for a while, then a day's loads by bucket, and what a laboratory measured.
CREATE TABLE "web_vitals" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "route" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "lcp" INTEGER,
    "inp" INTEGER,
    "cls" INTEGER,
    "fcp" INTEGER,
    "ttfb" INTEGER,
    "weight" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "web_vitals_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "web_vitals_at_idx" ON "web_vitals"("at");

CREATE TABLE "vital_totals" (
    "day" DATE NOT NULL,
    "route" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "bucket" INTEGER NOT NULL,
    "loads" BIGINT NOT NULL,

    CONSTRAINT "vital_totals_pkey" PRIMARY KEY ("device", "route", "day", "metric", "bucket"),
    CONSTRAINT "vital_totals_metric_check" CHECK ("metric" IN ('lcp', 'inp', 'cls', 'fcp', 'ttfb'))
);

CREATE INDEX "vital_totals_day_idx" ON "vital_totals"("day");

CREATE TABLE "lab_runs" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "url" TEXT NOT NULL,
    "form_factor" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "lcp" INTEGER NOT NULL,
    "fcp" INTEGER NOT NULL,
    "tti" INTEGER NOT NULL,
    "tbt" INTEGER NOT NULL,
    "cls" INTEGER NOT NULL,

    CONSTRAINT "lab_runs_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "lab_runs_at_url_form_factor_key" ON "lab_runs"("at", "url", "form_factor");
