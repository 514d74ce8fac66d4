-- Features of ideas, earlier texts, and what a person keeps to themselves of an idea: tags and the archive.

CREATE TYPE "feature_visibility" AS ENUM ('inherit', 'private');

ALTER TABLE "idea_members" ADD COLUMN     "archived_at" TIMESTAMPTZ(3),
ADD COLUMN     "tags" TEXT[] DEFAULT ARRAY[]::TEXT[];

ALTER TABLE "undo_actions" ALTER COLUMN "idea_id" DROP NOT NULL;

-- Whether a value is a list of details as the program writes them. A CHECK may call it: it looks at nothing else.
CREATE FUNCTION "are_feature_sections"(sections JSONB) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(sections) <> 'array' THEN false
        WHEN jsonb_array_length(sections) > 25 THEN false
        ELSE NOT EXISTS (
            SELECT FROM jsonb_array_elements(sections) AS section
            WHERE jsonb_typeof(section) <> 'object'
                OR coalesce(jsonb_typeof(section -> 'id'), '') <> 'string'
                OR coalesce(jsonb_typeof(section -> 'label'), '') <> 'string'
                OR coalesce(jsonb_typeof(section -> 'body'), '') <> 'string'
                OR char_length(section ->> 'label') > 60
                OR char_length(section ->> 'body') > 10000
        )
    END
$$;

CREATE TABLE "features" (
    "id" UUID NOT NULL,
    "idea_id" UUID NOT NULL,
    "client_key" UUID NOT NULL,
    "source_id" UUID,
    "title" TEXT NOT NULL,
    "notes" TEXT NOT NULL DEFAULT '',
    "sections" JSONB NOT NULL DEFAULT '[]',
    "visibility" "feature_visibility" NOT NULL DEFAULT 'inherit',
    "star" "star" NOT NULL DEFAULT 'none',
    "position" TEXT COLLATE "C" NOT NULL,
    "completed_at" TIMESTAMPTZ(3),
    "star_before_done" "star",
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),
    "undo_expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "features_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "features_title_length_check" CHECK (char_length("title") BETWEEN 1 AND 255),
    CONSTRAINT "features_notes_length_check" CHECK (char_length("notes") <= 10000),
    CONSTRAINT "features_sections_check" CHECK ("are_feature_sections"("sections")),
    CONSTRAINT "features_position_length_check" CHECK (char_length("position") BETWEEN 1 AND 255),
    CONSTRAINT "features_version_check" CHECK ("version" >= 1),
    CONSTRAINT "features_deletion_check" CHECK (("deleted_at" IS NULL) = ("undo_expires_at" IS NULL)),
    CONSTRAINT "features_done_star_check" CHECK ("completed_at" IS NULL OR "star" = 'none')
);

CREATE TABLE "revisions" (
    "id" UUID NOT NULL,
    "idea_id" UUID NOT NULL,
    "feature_id" UUID,
    "user_id" UUID,
    "version" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "revisions_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "features_idea_id_client_key_key" ON "features"("idea_id", "client_key");
CREATE UNIQUE INDEX "features_idea_id_source_id_key" ON "features"("idea_id", "source_id");
CREATE INDEX "features_outline_idx" ON "features"("idea_id", "position", "id") WHERE (deleted_at IS NULL);
CREATE INDEX "features_trash_idx" ON "features"("idea_id", "deleted_at" DESC, "id") WHERE (deleted_at IS NOT NULL);
CREATE INDEX "features_purge_idx" ON "features"("undo_expires_at") WHERE (deleted_at IS NOT NULL);
CREATE INDEX "revisions_idea_idx" ON "revisions"("idea_id", "created_at" DESC, "id") WHERE (feature_id IS NULL);
CREATE INDEX "revisions_feature_id_created_at_id_idx" ON "revisions"("feature_id", "created_at" DESC, "id");
CREATE INDEX "revisions_created_at_idx" ON "revisions"("created_at");

ALTER TABLE "features" ADD CONSTRAINT "features_idea_id_fkey" FOREIGN KEY ("idea_id") REFERENCES "ideas"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_idea_id_fkey" FOREIGN KEY ("idea_id") REFERENCES "ideas"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_feature_id_fkey" FOREIGN KEY ("feature_id") REFERENCES "features"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
