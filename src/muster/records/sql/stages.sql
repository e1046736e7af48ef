-- A record begins before any stage, whatever the writer says.
CREATE FUNCTION stage_begins_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.stage := '';
    RETURN NEW;
END $$;

-- An event moves its subject from the stage it was in to the next, in one statement: of two events
-- that race from the same stage one waits, finds the subject elsewhere, and is refused.
CREATE FUNCTION stage_event_moves_its_subject() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moved bigint;
BEGIN
    EXECUTE format('UPDATE %I SET stage = $1 WHERE id = $2 AND stage = $3', NEW.subject)
        USING NEW.after, NEW.subject_id, NEW.before;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> 1 THEN
        RAISE EXCEPTION 'the % is not in the stage "%"', NEW.subject, NEW.before
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stage_event_follows_the_stage';
    END IF;
    RETURN NULL;
END $$;

-- Only events that the lifecycle tables list.
ALTER TABLE stage_event ADD CONSTRAINT stage_event_is_permitted
    FOREIGN KEY (subject, event, before, after)
    REFERENCES lifecycle_step (subject, event, before, after);

CREATE TRIGGER stage_event_moves_its_subject AFTER INSERT ON stage_event
    FOR EACH ROW EXECUTE FUNCTION stage_event_moves_its_subject();

CREATE TRIGGER stage_begins_empty BEFORE INSERT ON operation
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON assistance_request
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON offer_line
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON allocation
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON consent
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON consignment
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON unsolicited_arrival
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON situation_report
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();
