-- What search reads: one row for each idea and feature, apart from them, so that moving or starring a thing
-- does not touch an index of words. Filled by triggers, in the transaction of the change. Both functions that
-- normalise are used for what is kept and for what is asked.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE TYPE "search_kind" AS ENUM ('idea', 'feature');

-- Lower case and without accents. IMMUTABLE, because the dictionary is named and comes with Postgres.
CREATE FUNCTION "search_fold"(given TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(unaccent('unaccent', given))
$$;

-- Only letters and digits, with spaces between words. Each character of a script without spaces is a word of its
-- own, so that a part of a sentence is found as words in a row.
CREATE FUNCTION "search_words"(given TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        regexp_replace("search_fold"(given), '([\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF])', ' \1 ', 'g'),
        '[^[:alnum:]]+', ' ', 'g'
    ))
$$;

-- A text as the index keeps it. Postgres refuses what would be longer than a megabyte.
CREATE FUNCTION "search_vector"(given TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsvector('simple', "search_words"(left(given, 100000)))
$$;

-- What is asked: every phrase, the last of them also as the beginning of a word. NULL when there are no words.
CREATE FUNCTION "search_query"(phrases TEXT[], last_begins BOOLEAN) RETURNS TSQUERY LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsquery('simple', string_agg(
        '(' || replace(words, ' ', ' <-> ') || CASE WHEN last_begins AND place = cardinality(phrases) THEN ':*' ELSE '' END || ')',
        ' & ' ORDER BY place
    ))
    FROM (SELECT "search_words"(phrase) AS words, place FROM unnest(phrases) WITH ORDINALITY AS given(phrase, place)) AS said
    WHERE words <> ''
$$;

CREATE TABLE "search_entries" (
    "id" UUID NOT NULL,
    "kind" "search_kind" NOT NULL,
    "owner_id" UUID NOT NULL,
    "idea_id" UUID NOT NULL,
    "feature_id" UUID,
    "title" TEXT NOT NULL,
    "title_words" TSVECTOR NOT NULL,
    "words" TSVECTOR NOT NULL,

    CONSTRAINT "search_entries_pkey" PRIMARY KEY ("id")
);

-- The names of the sections and what they say, one after the other.
CREATE FUNCTION "section_texts"(sections JSONB, field TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(section ->> field, E'\n' ORDER BY place), '')
    FROM jsonb_array_elements(sections) WITH ORDINALITY AS given(section, place)
$$;

CREATE FUNCTION "idea_search_words"(title TEXT, notes TEXT, link_label TEXT, link_url TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight("search_vector"(title), 'A')
        || setweight("search_vector"(concat_ws(' ', link_label, link_url)), 'B')
        || setweight("search_vector"(notes), 'C')
$$;

CREATE FUNCTION "feature_search_words"(title TEXT, notes TEXT, sections JSONB) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight("search_vector"(title), 'A')
        || setweight("search_vector"("section_texts"(sections, 'label')), 'B')
        || setweight("search_vector"(notes || E'\n' || "section_texts"(sections, 'body')), 'C')
$$;

CREATE FUNCTION "enter_ideas"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "search_entries" (id, kind, owner_id, idea_id, title, title_words, words)
    SELECT id, 'idea', owner_id, id, "search_fold"(title), "search_vector"(title),
        "idea_search_words"(title, notes, link_label, link_url)
    FROM entered;
    RETURN NULL;
END
$$;

CREATE FUNCTION "enter_features"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "search_entries" (id, kind, owner_id, idea_id, feature_id, title, title_words, words)
    SELECT f.id, 'feature', i.owner_id, f.idea_id, f.id, "search_fold"(f.title), "search_vector"(f.title),
        "feature_search_words"(f.title, f.notes, f.sections)
    FROM entered AS f JOIN ideas AS i ON i.id = f.idea_id;
    RETURN NULL;
END
$$;

CREATE FUNCTION "reenter_idea"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE "search_entries" SET title = "search_fold"(NEW.title), title_words = "search_vector"(NEW.title),
        words = "idea_search_words"(NEW.title, NEW.notes, NEW.link_label, NEW.link_url)
    WHERE id = NEW.id;
    IF NEW.owner_id <> OLD.owner_id THEN
        UPDATE "search_entries" SET owner_id = NEW.owner_id WHERE idea_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION "reenter_feature"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE "search_entries" SET idea_id = NEW.idea_id, title = "search_fold"(NEW.title),
        title_words = "search_vector"(NEW.title),
        words = "feature_search_words"(NEW.title, NEW.notes, NEW.sections),
        owner_id = (SELECT owner_id FROM ideas WHERE id = NEW.idea_id)
    WHERE id = NEW.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER "ideas_enter_search" AFTER INSERT ON "ideas"
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION "enter_ideas"();
CREATE TRIGGER "ideas_reenter_search" AFTER UPDATE OF "title", "notes", "link_label", "link_url", "owner_id" ON "ideas"
    FOR EACH ROW WHEN ((OLD.title, OLD.notes, OLD.link_label, OLD.link_url, OLD.owner_id)
        IS DISTINCT FROM (NEW.title, NEW.notes, NEW.link_label, NEW.link_url, NEW.owner_id))
    EXECUTE FUNCTION "reenter_idea"();
CREATE TRIGGER "features_enter_search" AFTER INSERT ON "features"
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION "enter_features"();
CREATE TRIGGER "features_reenter_search" AFTER UPDATE OF "title", "notes", "sections", "idea_id" ON "features"
    FOR EACH ROW WHEN ((OLD.title, OLD.notes, OLD.sections, OLD.idea_id)
        IS DISTINCT FROM (NEW.title, NEW.notes, NEW.sections, NEW.idea_id))
    EXECUTE FUNCTION "reenter_feature"();

-- The triggers are there: what is written from now on waits for this, and what was written before is entered here.
INSERT INTO "search_entries" (id, kind, owner_id, idea_id, title, title_words, words)
SELECT id, 'idea', owner_id, id, "search_fold"(title), "search_vector"(title),
    "idea_search_words"(title, notes, link_label, link_url)
FROM "ideas";
INSERT INTO "search_entries" (id, kind, owner_id, idea_id, feature_id, title, title_words, words)
SELECT f.id, 'feature', i.owner_id, f.idea_id, f.id, "search_fold"(f.title), "search_vector"(f.title),
    "feature_search_words"(f.title, f.notes, f.sections)
FROM "features" AS f JOIN "ideas" AS i ON i.id = f.idea_id;

CREATE INDEX "search_entries_words_idx" ON "search_entries" USING GIN ("owner_id", "words");
CREATE INDEX "search_entries_title_words_idx" ON "search_entries" USING GIN ("owner_id", "title_words");
CREATE INDEX "search_entries_title_idx" ON "search_entries" USING GIN ("owner_id", "title" gin_trgm_ops);
CREATE INDEX "search_entries_owner_id_id_idx" ON "search_entries"("owner_id", "id");
CREATE INDEX "search_entries_idea_id_idx" ON "search_entries"("idea_id");
CREATE UNIQUE INDEX "search_entries_feature_id_key" ON "search_entries"("feature_id");

ALTER TABLE "search_entries" ADD CONSTRAINT "search_entries_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "search_entries" ADD CONSTRAINT "search_entries_idea_id_fkey" FOREIGN KEY ("idea_id") REFERENCES "ideas"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "search_entries" ADD CONSTRAINT "search_entries_feature_id_fkey" FOREIGN KEY ("feature_id") REFERENCES "features"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Titles that nearly say what was asked. The threshold is the function's own, so that it holds behind a pooler.
CREATE FUNCTION "search_like"(owner UUID, said TEXT) RETURNS TABLE (id UUID, likeness REAL)
LANGUAGE sql STABLE ROWS 50 SET pg_trgm.word_similarity_threshold = 0.4 AS $$
    SELECT e.id, word_similarity(said, e.title) FROM "search_entries" AS e
    WHERE e.owner_id = owner AND said <% e.title
    ORDER BY 2 DESC, 1 DESC LIMIT 100
$$;
