-- A record begins before any stage, whatever the writer says.
CREATE FUNCTION stage_begins_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.stage := '';
    RETURN NEW;
END $$;

-- What an event does to its subject is in events.sql.

-- Only events that the lifecycle tables list.
ALTER TABLE stage_event ADD CONSTRAINT stage_event_is_permitted
    FOREIGN KEY (subject, event, before, after)
    REFERENCES lifecycle_step (subject, event, before, after);

CREATE TRIGGER stage_event_moves_its_subject AFTER INSERT ON stage_event
    REFERENCING NEW TABLE AS new_event
    FOR EACH STATEMENT EXECUTE FUNCTION stage_event_moves_its_subject();

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
