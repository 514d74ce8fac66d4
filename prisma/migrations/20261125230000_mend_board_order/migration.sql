-- What stands beside a member of its idea was first filled before the triggers were there: an idea that was deleted
-- or renamed meanwhile kept what it had been. Saying its title once more lets the trigger copy it. Of an idea whose
-- row is locked by someone else, that waits and then sees the newest.
UPDATE "ideas" SET "title" = "title" WHERE "id" IN (
    SELECT m."idea_id" FROM "idea_members" AS m JOIN "ideas" AS i ON i."id" = m."idea_id"
    WHERE (m."idea_created_at", m."idea_updated_at", m."idea_deleted_at", m."idea_title" COLLATE "C")
        IS DISTINCT FROM (i."created_at", i."updated_at", i."deleted_at", i."title" COLLATE "C")
);

-- Whoever is added while the idea changes waits for it: without the lock they would keep what it was before.
CREATE OR REPLACE FUNCTION "copy_idea_to_new_member"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    idea "ideas"%ROWTYPE;
BEGIN
    SELECT * INTO idea FROM "ideas" WHERE "id" = NEW."idea_id" FOR SHARE;
    -- Without an idea the foreign key refuses the row.
    IF FOUND THEN
        NEW."idea_created_at" := idea."created_at";
        NEW."idea_updated_at" := idea."updated_at";
        NEW."idea_deleted_at" := idea."deleted_at";
        NEW."idea_title" := idea."title";
    END IF;
    RETURN NEW;
END
$$;
