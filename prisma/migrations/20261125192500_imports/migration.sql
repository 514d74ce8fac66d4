-- Files of ideas on their way into an account, in pieces, read, compared, and what of them can be undone.

CREATE TYPE "import_state" AS ENUM ('receiving', 'refused', 'ready', 'done');

CREATE TABLE "imports" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "state" "import_state" NOT NULL DEFAULT 'receiving',
    "problems" JSONB NOT NULL DEFAULT '[]',
    "plan" TEXT,
    "progress" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL DEFAULT 0,
    "result" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "imports_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "imports_bytes_check" CHECK ("bytes" BETWEEN 0 AND 256000000),
    CONSTRAINT "imports_format_check" CHECK ("format" IN ('json', 'csv', 'markdown'))
);

CREATE TABLE "import_chunks" (
    "import_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "import_chunks_pkey" PRIMARY KEY ("import_id", "sequence"),
    CONSTRAINT "import_chunks_body_check" CHECK (octet_length("body") <= 4000000)
);

CREATE TABLE "import_items" (
    "import_id" UUID NOT NULL,
    "idea_index" INTEGER NOT NULL,
    "feature_index" INTEGER NOT NULL,
    "new_id" UUID NOT NULL,
    "source_id" UUID,
    "title" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "position" TEXT COLLATE "C" NOT NULL,
    "created_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3),
    "target_id" UUID,
    "target_version" INTEGER,
    "verdict" TEXT NOT NULL DEFAULT 'new',
    "choice" TEXT NOT NULL DEFAULT 'skip',

    CONSTRAINT "import_items_pkey" PRIMARY KEY ("import_id", "idea_index", "feature_index"),
    CONSTRAINT "import_items_verdict_check" CHECK ("verdict" IN ('new', 'changed', 'unchanged', 'conflict')),
    CONSTRAINT "import_items_choice_check" CHECK ("choice" IN ('update', 'create', 'skip'))
);

CREATE TABLE "import_changes" (
    "import_id" UUID NOT NULL,
    "target_id" UUID NOT NULL,
    "is_feature" BOOLEAN NOT NULL,
    "before" JSONB,
    "version" INTEGER NOT NULL,
    "after" TEXT,

    CONSTRAINT "import_changes_pkey" PRIMARY KEY ("import_id", "target_id")
);

CREATE INDEX "imports_user_id_created_at_idx" ON "imports"("user_id", "created_at" DESC);
CREATE INDEX "imports_updated_at_idx" ON "imports"("updated_at");
CREATE INDEX "import_items_known_idx" ON "import_items"("import_id", "idea_index", "feature_index") WHERE (verdict <> 'new'::text);

ALTER TABLE "imports" ADD CONSTRAINT "imports_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "import_chunks" ADD CONSTRAINT "import_chunks_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "import_items" ADD CONSTRAINT "import_items_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "import_changes" ADD CONSTRAINT "import_changes_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;
