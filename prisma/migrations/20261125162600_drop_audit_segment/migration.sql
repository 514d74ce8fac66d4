-- Drops one old segment of the audit, also for a role that may not delete rows itself. The trigger on the rows
-- has the last word: one that is not sealed, or is younger than 400 days, stays, and then nothing is dropped.
CREATE FUNCTION "drop_audit_segment"("first" bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    "last" bigint;
    "dropped" integer;
BEGIN
    UPDATE "audit_segments" SET "dropped_at" = now()
        WHERE "first_sequence" = "first" AND "dropped_at" IS NULL
            AND "last_at" < now() - interval '400 days'
        RETURNING "last_sequence" INTO "last";
    IF "last" IS NULL THEN
        RETURN 0;
    END IF;
    DELETE FROM "audit_entries" WHERE "sequence" BETWEEN "first" AND "last";
    GET DIAGNOSTICS "dropped" = ROW_COUNT;
    RETURN "dropped";
END
$$;
