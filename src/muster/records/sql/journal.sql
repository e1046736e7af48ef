-- The journal of each operation is a chain: every line has a link, which carries the hash of the link
-- before it and a hash of its own, over what the line says and over the transfers and stage events of
-- its act.  Whoever changes, removes or puts in a line later, breaks the chain at that link, or its
-- head.  Lines that belong to no operation are the chain "site".
--
-- These functions run with every act.  Their plans are made once for each connection and go through
-- indexes, however small the tables were when they were made.
CREATE FUNCTION journal_hash(line journal_entry, chain text, link bigint, previous bytea)
RETURNS bytea LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    moved jsonb;
    happened jsonb;
BEGIN
    SELECT jsonb_agg(jsonb_build_array(
            position, item_id, from_account_id, to_account_id, amount,
            extract(epoch FROM happened_at), extract(epoch FROM recorded_at), corrects_id
        ) ORDER BY position)
    INTO moved FROM transfer WHERE act_id = line.id;
    SELECT jsonb_agg(jsonb_build_array(
            id, subject, subject_id, event, before, after,
            extract(epoch FROM happened_at), extract(epoch FROM recorded_at), place_id, note
        ) ORDER BY id)
    INTO happened FROM stage_event WHERE act_id = line.id;
    RETURN sha256(previous || convert_to(jsonb_build_array(
        line.id, chain, link, line.verb, line.subject, line.subject_id,
        line.operation_id, line.user_id, line.user_name, line.role, line.for_party, line.door,
        line.reason, line.content, encode(line.digest, 'hex'), extract(epoch FROM line.recorded_at),
        line.marking, line.audiences, moved, happened
    )::text, 'UTF8'));
END $$;

-- Whoever holds this lock links lines to the chain, until its transaction is over.
CREATE FUNCTION journal_chain_lock(chain text) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT hashtextextended('chain ' || chain, 0) $$;

-- Link lines to the end of a chain, in this order.  The caller holds the chain's lock.
CREATE FUNCTION link_lines(its_chain text, lines uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    line journal_entry;
    its_id uuid;
BEGIN
    FOREACH its_id IN ARRAY lines LOOP
        SELECT * INTO STRICT line FROM journal_entry WHERE id = its_id;
        WITH head AS (
            UPDATE journal_chain SET length = length + 1,
                head = journal_hash(line, its_chain, length + 1, head)
            WHERE chain = its_chain
            RETURNING old.head AS previous_hash, new.head AS hash, new.length AS link
        )
        INSERT INTO journal_link (entry_id, chain, link, previous_hash, hash)
            SELECT its_id, its_chain, link, previous_hash, hash FROM head;
        IF NOT FOUND THEN
            -- The first line of a chain makes it.
            INSERT INTO journal_chain (chain, length, head)
                VALUES (its_chain, 1, journal_hash(line, its_chain, 1, ''));
            INSERT INTO journal_link (entry_id, chain, link, previous_hash, hash)
                SELECT its_id, its_chain, 1, '', head FROM journal_chain WHERE chain = its_chain;
        END IF;
    END LOOP;
END $$;

-- Link the lines that were written while the chain was in other hands.  The caller holds its lock.
CREATE FUNCTION link_the_waiting(its_chain text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    lines uuid[];
BEGIN
    WITH taken AS (
        DELETE FROM journal_waiting WHERE chain = its_chain RETURNING entry_id, number
    )
    SELECT array_agg(entry_id ORDER BY number) INTO lines FROM taken;
    IF lines IS NOT NULL THEN
        PERFORM link_lines(its_chain, lines);
    END IF;
    RETURN coalesce(cardinality(lines), 0);
END $$;

-- A line is linked as it is written, unless another act is linking at this moment: then it waits for
-- the next act, so that the acts of one operation do not wait for each other's commits.
CREATE FUNCTION journal_lines_join_their_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    its_chain text;
    lines uuid[];
BEGIN
    FOR its_chain, lines IN
        SELECT coalesce(operation_id::text, 'site') AS chain, array_agg(id ORDER BY number)
        FROM new_line GROUP BY 1 ORDER BY 1
    LOOP
        IF pg_try_advisory_xact_lock(journal_chain_lock(its_chain)) THEN
            PERFORM link_the_waiting(its_chain);
            PERFORM link_lines(its_chain, lines);
        ELSE
            INSERT INTO journal_waiting (entry_id, chain, number)
                SELECT id, its_chain, number FROM new_line WHERE id = ANY (lines);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

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
