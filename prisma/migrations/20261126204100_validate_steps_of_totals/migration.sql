-- Reads every row, and lets others write meanwhile.
ALTER TABLE "request_totals" VALIDATE CONSTRAINT "request_totals_step_check";
