-- Events move their subjects from the stage they were in to the next, in the same statement: of two
-- events that race from the same stage one waits, finds the subject elsewhere, and is refused.
CREATE OR REPLACE FUNCTION stage_event_moves_its_subject() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    its_subject text;
    told bigint;
    moved bigint;
BEGIN
    FOR its_subject, told IN SELECT subject, count(*) FROM new_event GROUP BY subject LOOP
        -- The one that is moved most is planned once and for all.
        IF its_subject = 'allocation' THEN
            UPDATE allocation SET stage = new_event.after FROM new_event
            WHERE new_event.subject = 'allocation'
                AND allocation.id = new_event.subject_id AND allocation.stage = new_event.before;
            GET DIAGNOSTICS moved = ROW_COUNT;
        ELSE
            EXECUTE format(
                'UPDATE %I AS record SET stage = new_event.after FROM new_event '
                'WHERE new_event.subject = $1 '
                'AND record.id = new_event.subject_id AND record.stage = new_event.before',
                its_subject) USING its_subject;
            GET DIAGNOSTICS moved = ROW_COUNT;
        END IF;
        IF moved <> told THEN
            RAISE EXCEPTION 'of % events, % found the % in its stage', told, moved, its_subject
                USING ERRCODE = 'check_violation', CONSTRAINT = 'stage_event_follows_the_stage';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
