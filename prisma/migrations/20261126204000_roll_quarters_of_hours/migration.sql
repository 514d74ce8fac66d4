-- Totals of a quarter of an hour stand between those of a minute and those of an hour.
ALTER TABLE "request_totals" DROP CONSTRAINT "request_totals_step_check";
ALTER TABLE "request_totals" ADD CONSTRAINT "request_totals_step_check"
    CHECK ("step" IN ('minute', 'quarter', 'hour', 'day')) NOT VALID;
