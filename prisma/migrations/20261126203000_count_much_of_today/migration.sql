-- A day of very many views is counted while it goes on. Its totals say when that was, and keep its hours.
ALTER TABLE "view_totals" ADD COLUMN "counted_at" TIMESTAMPTZ(3);

ALTER TABLE "view_totals" DROP CONSTRAINT "view_totals_kind_check";
ALTER TABLE "view_totals" ADD CONSTRAINT "view_totals_kind_check"
    CHECK ("kind" IN ('all', 'hour', 'route', 'referrer', 'country', 'device', 'browser', 'system')) NOT VALID;
