-- How grave an alert was when it was told, from when on an incident has to be begun, and what monitors outside said last.
ALTER TABLE "alerts" ADD COLUMN     "graver_since" TIMESTAMPTZ(3),
ADD COLUMN     "told_severity" SMALLINT;

ALTER TABLE "incidents" ADD COLUMN     "clock_from" TIMESTAMPTZ(3);

ALTER TABLE "outside_signals" ADD COLUMN     "key" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "sent_at" TIMESTAMPTZ(3);

UPDATE "alerts" SET "told_severity" = "severity" WHERE "told_at" IS NOT NULL AND "state" <> 'recovered';
