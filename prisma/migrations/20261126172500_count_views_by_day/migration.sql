-- Views say where people come from and what they look with, and how many views each stands for.
ALTER TABLE "page_views"
    ADD COLUMN "referrer" TEXT,
    ADD COLUMN "browser" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "system" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "weight" INTEGER NOT NULL DEFAULT 1;

-- What stays of a day when its views are gone.
CREATE TABLE "view_totals" (
    "day" DATE NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "views" BIGINT NOT NULL,
    "visitors" BIGINT NOT NULL,

    CONSTRAINT "view_totals_pkey" PRIMARY KEY ("day", "kind", "name"),
    CONSTRAINT "view_totals_kind_check" CHECK ("kind" IN ('all', 'route', 'referrer', 'country', 'device', 'browser', 'system'))
);
