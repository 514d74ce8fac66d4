-- Tags as the program writes them: at most twenty, each once, in their order, without spaces, commas and hashes.

CREATE FUNCTION "are_tags"(tags TEXT[]) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $$
    SELECT cardinality(tags) <= 20
        AND tags = ARRAY(SELECT DISTINCT tag COLLATE "C" FROM unnest(tags) AS tag ORDER BY 1)
        AND NOT EXISTS (
            SELECT FROM unnest(tags) AS tag
            WHERE tag IS NULL OR char_length(tag) NOT BETWEEN 1 AND 40 OR tag ~ '[[:space:],#A-Z]'
        )
$$;

ALTER TABLE "idea_members" ADD CONSTRAINT "idea_members_tags_check" CHECK ("are_tags"("tags")) NOT VALID;
ALTER TABLE "idea_members" VALIDATE CONSTRAINT "idea_members_tags_check";
