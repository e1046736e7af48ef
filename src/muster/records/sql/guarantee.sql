-- What was decided, who was asked and what was answered is added to, never changed.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['guarantee_decision', 'guarantee_duty', 'guarantee_answer'] LOOP
        EXECUTE format(
            'CREATE TRIGGER history_is_permanent BEFORE UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format(
            'CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO muster_app', name);
    END LOOP;
END $$;

-- An invocation stays as it was said: an event may move its stage, and nothing may change the rest.
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, marking, audiences, recorded_at, act_id, invented, source,
        operation_id, plays, body_id, invoked_by_id, invoked_on, basis, words, due_at, follows_id
    ON guarantee_case FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON guarantee_case
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON guarantee_case
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();
GRANT SELECT, INSERT ON guarantee_case TO muster_app;
-- Whoever may change a column may lock the row; the trigger above refuses the change itself.
GRANT UPDATE (marking) ON guarantee_case TO muster_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_app;

-- An answer is of the duty that it says.
ALTER TABLE guarantee_answer ADD CONSTRAINT guarantee_answer_of_its_duty
    FOREIGN KEY (asked_id, duty) REFERENCES guarantee_duty (id, duty);

-- In a case of the guarantee those ask whom it is about, and nobody else.
CREATE FUNCTION request_comes_from_the_affected() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM guarantee_case WHERE operation_id = NEW.operation_id)
        AND NOT EXISTS (
            SELECT FROM guarantee_case JOIN guarantee_duty ON case_id = guarantee_case.id
            WHERE operation_id = NEW.operation_id
                AND party_id = NEW.recipient_id AND duty = 'affected'
        ) THEN
        RAISE EXCEPTION 'in a case of the guarantee those ask whom it is about'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'request_comes_from_the_affected';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER request_comes_from_the_affected BEFORE INSERT ON assistance_request
    FOR EACH ROW EXECUTE FUNCTION request_comes_from_the_affected();
