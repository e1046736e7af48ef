-- The journal of each operation is a chain: every line has a link, which carries the hash of the link
-- before it and a hash of its own, over what the line says and over the transfers and stage events of
-- its act.  Whoever changes, removes or puts in a line later, breaks the chain at that link, or its
-- head.  Lines that belong to no operation are the chain "site".
--
-- These functions run with every act.  Their plans are made once for each connection and go through
-- indexes, however small the tables were when they were made.
CREATE OR REPLACE FUNCTION journal_hash(line journal_entry, chain text, link bigint, previous bytea)
RETURNS bytea LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    RETURN sha256(previous || convert_to(jsonb_build_array(
        line.id, chain, link, line.verb, line.subject, line.subject_id,
        line.operation_id, line.user_id, line.user_name, line.role, line.for_party, line.door,
        line.reason, line.content, encode(line.digest, 'hex'), extract(epoch FROM line.recorded_at),
        line.marking, line.audiences,
        (SELECT jsonb_agg(jsonb_build_array(
                position, item_id, from_account_id, to_account_id, amount,
                extract(epoch FROM happened_at), extract(epoch FROM recorded_at), corrects_id
            ) ORDER BY position)
        FROM transfer WHERE act_id = line.id),
        (SELECT jsonb_agg(jsonb_build_array(
                id, subject, subject_id, event, before, after,
                extract(epoch FROM happened_at), extract(epoch FROM recorded_at), place_id, note
            ) ORDER BY id)
        FROM stage_event WHERE act_id = line.id)
    )::text, 'UTF8'));
END $$;

-- Whoever holds this lock links lines to the chain, until its transaction is over.
CREATE OR REPLACE FUNCTION journal_chain_lock(chain text) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT hashtextextended('chain ' || chain, 0) $$;

-- Link lines to the end of a chain, in this order.  The caller holds the chain's lock.
CREATE OR REPLACE FUNCTION link_lines(its_chain text, lines uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    its_id uuid;
BEGIN
    FOREACH its_id IN ARRAY lines LOOP
        WITH head AS (
            UPDATE journal_chain SET length = length + 1,
                head = journal_hash(line, its_chain, length + 1, head)
            FROM journal_entry AS line
            WHERE chain = its_chain AND line.id = its_id
            RETURNING old.head AS previous_hash, new.head AS hash, new.length AS link
        )
        INSERT INTO journal_link (entry_id, chain, link, previous_hash, hash)
            SELECT its_id, its_chain, link, previous_hash, hash FROM head;
        IF NOT FOUND THEN
            -- The first line of a chain makes it.
            INSERT INTO journal_chain (chain, length, head)
                SELECT its_chain, 1, journal_hash(line, its_chain, 1, '')
                FROM journal_entry AS line WHERE line.id = its_id;
            INSERT INTO journal_link (entry_id, chain, link, previous_hash, hash)
                SELECT its_id, its_chain, 1, '', head FROM journal_chain WHERE chain = its_chain;
        END IF;
    END LOOP;
END $$;

-- Link the lines that were written while the chain was in other hands.  The caller holds its lock.
CREATE OR REPLACE FUNCTION link_the_waiting(its_chain text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    lines uuid[];
BEGIN
    IF NOT EXISTS (SELECT FROM journal_waiting WHERE chain = its_chain) THEN
        RETURN 0;
    END IF;
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
CREATE OR REPLACE FUNCTION journal_lines_join_their_chain() RETURNS trigger
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
