-- A day's loads by bucket as one row, which is cheaper to add up than a row for each bucket.
CREATE TABLE "vital_histograms" (
    "day" DATE NOT NULL,
    "route" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "loads" INTEGER[] NOT NULL,

    CONSTRAINT "vital_histograms_pkey" PRIMARY KEY ("device", "day", "route", "metric"),
    CONSTRAINT "vital_histograms_metric_check" CHECK ("metric" IN ('lcp', 'inp', 'cls', 'fcp', 'ttfb')),
    CONSTRAINT "vital_histograms_loads_check" CHECK (cardinality("loads") = 93)
);

CREATE INDEX "vital_histograms_day_idx" ON "vital_histograms"("day");
