-- How lines are linked is in journal_links.sql.
CREATE TRIGGER journal_lines_join_their_chain AFTER INSERT ON journal_entry
    REFERENCING NEW TABLE AS new_line
    FOR EACH STATEMENT EXECUTE FUNCTION journal_lines_join_their_chain();

-- Link every line that waits, chain by chain; how many there were.
CREATE FUNCTION link_journals() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    its_chain text;
    linked bigint := 0;
BEGIN
    FOR its_chain IN SELECT DISTINCT chain FROM journal_waiting ORDER BY chain LOOP
        PERFORM pg_advisory_xact_lock(journal_chain_lock(its_chain));
        linked := linked + link_the_waiting(its_chain);
    END LOOP;
    RETURN linked;
END $$;

-- Whoever asks under a key that is in use right now waits; then it reads what was done under it.
CREATE FUNCTION act_of_key(key uuid)
RETURNS TABLE (verb text, subject text, subject_id text, digest bytea)
LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(key::text, 0));
    RETURN QUERY SELECT line.verb, line.subject, line.subject_id, line.digest
        FROM journal_entry AS line WHERE line.id = key;
END $$;

CREATE TRIGGER history_is_permanent BEFORE UPDATE OR DELETE ON journal_link
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON journal_link
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The database alone writes the links.
REVOKE EXECUTE ON FUNCTION link_lines, link_the_waiting FROM PUBLIC;
GRANT SELECT ON journal_link, journal_waiting TO muster_app;
