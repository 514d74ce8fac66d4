-- Takes over what was counted by bucket. May be run again, for what a build without histograms has counted since: of a
-- day that both have, the count that saw more loads holds.
INSERT INTO "vital_histograms" AS "old" ("day", "route", "device", "metric", "loads")
SELECT "day", "route", "device", "metric", ARRAY(
    SELECT coalesce("loads"[array_position("buckets", "bucket")], 0)
    FROM generate_series(0, 92) AS "bucket" ORDER BY "bucket"
)
FROM (
    SELECT "day", "route", "device", "metric", array_agg("bucket") AS "buckets", array_agg(least("loads", 2147483647)::int) AS "loads"
    FROM "vital_totals" GROUP BY "day", "route", "device", "metric"
) AS "found"
ORDER BY "day", "device", "route", "metric"
ON CONFLICT ("device", "day", "route", "metric") DO UPDATE SET "loads" = EXCLUDED."loads"
WHERE (SELECT sum("n") FROM unnest(EXCLUDED."loads") AS "n") > (SELECT sum("n") FROM unnest("old"."loads") AS "n");
