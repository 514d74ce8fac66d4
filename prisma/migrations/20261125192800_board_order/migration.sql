-- What a board is sorted and counted by stands beside the person's star and place, so that one index has a page in
-- its order and the counts need no other table. Triggers copy it from the idea: no writer can forget it.

ALTER TABLE "idea_members" ADD COLUMN     "idea_created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "idea_deleted_at" TIMESTAMPTZ(3),
ADD COLUMN     "idea_title" TEXT COLLATE "und-x-icu" NOT NULL DEFAULT '',
ADD COLUMN     "idea_updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

UPDATE "idea_members" AS m SET
    "idea_created_at" = i."created_at", "idea_updated_at" = i."updated_at",
    "idea_deleted_at" = i."deleted_at", "idea_title" = i."title"
FROM "ideas" AS i WHERE i."id" = m."idea_id";

CREATE FUNCTION "copy_idea_to_new_member"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    idea "ideas"%ROWTYPE;
BEGIN
    SELECT * INTO idea FROM "ideas" WHERE "id" = NEW."idea_id";
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

CREATE TRIGGER "idea_members_copy_idea" BEFORE INSERT ON "idea_members"
    FOR EACH ROW EXECUTE FUNCTION "copy_idea_to_new_member"();

CREATE FUNCTION "copy_idea_to_members"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE "idea_members" SET
        "idea_created_at" = NEW."created_at", "idea_updated_at" = NEW."updated_at",
        "idea_deleted_at" = NEW."deleted_at", "idea_title" = NEW."title"
    WHERE "idea_id" = NEW."id";
    RETURN NULL;
END
$$;

CREATE TRIGGER "ideas_copy_to_members"
    AFTER UPDATE OF "title", "created_at", "updated_at", "deleted_at" ON "ideas"
    FOR EACH ROW EXECUTE FUNCTION "copy_idea_to_members"();

DROP INDEX "idea_members_board_idx";
CREATE INDEX "idea_members_board_idx" ON "idea_members"("user_id", "star" DESC, "position", "idea_id") WHERE (idea_deleted_at IS NULL AND archived_at IS NULL);
CREATE INDEX "idea_members_newest_idx" ON "idea_members"("user_id", "star" DESC, "idea_created_at" DESC, "idea_id" DESC) WHERE (idea_deleted_at IS NULL AND archived_at IS NULL);
CREATE INDEX "idea_members_changed_idx" ON "idea_members"("user_id", "star" DESC, "idea_updated_at" DESC, "idea_id" DESC) WHERE (idea_deleted_at IS NULL AND archived_at IS NULL);
CREATE INDEX "idea_members_title_idx" ON "idea_members"("user_id", "star" DESC, "idea_title", "idea_id") WHERE (idea_deleted_at IS NULL AND archived_at IS NULL);
