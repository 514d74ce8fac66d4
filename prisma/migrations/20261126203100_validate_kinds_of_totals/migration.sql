-- Reads every row, and lets others write meanwhile.
ALTER TABLE "view_totals" VALIDATE CONSTRAINT "view_totals_kind_check";
