-- What is announced stays as it was announced; what became of it is told by events.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'attendance', 'attendance_count', 'readout_approval', 'pledge_party', 'pledge_event',
        'pledge_reminder'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER history_is_permanent BEFORE UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format(
            'CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, operation_id, meeting_id, coalition_id, reference, announced_on,
        words, recalled, source, invented, recorded_at, act_id
    ON pledge FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, operation_id, pledge_id, position, announced_on, form, item_id,
        description, currency, quantity_kind, low, high, per, amount, typed_amount, typed_unit,
        year_from, year_until, source, invented, recorded_at, act_id
    ON pledge_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON meeting_readout
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();

ALTER TABLE pledge_event ALTER COLUMN number DROP DEFAULT;
ALTER TABLE pledge_event ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY;

-- An approval names the originator of its readout, so that its check compares the right two.
ALTER TABLE readout_approval ADD CONSTRAINT readout_approval_names_the_originator
    FOREIGN KEY (readout_id, originator_id) REFERENCES meeting_readout (id, originator_id);

-- The figures of a line are the database's own: they begin at nothing, whatever the writer says.
CREATE FUNCTION pledge_line_begins_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.reduced := 0; NEW.committed := 0; NEW.allocated := 0; NEW.disbursed := 0;
    NEW.withdrawn := false;
    RETURN NEW;
END $$;
CREATE TRIGGER pledge_line_begins_empty BEFORE INSERT ON pledge_line
    FOR EACH ROW EXECUTE FUNCTION pledge_line_begins_empty();

-- Goods are counted in whole units; money has two decimals.
ALTER TABLE pledge_line ADD CONSTRAINT pledge_line_goods_whole
    CHECK (form <> 'goods' OR amount IS NULL OR amount = trunc(amount));
ALTER TABLE pledge_event ADD CONSTRAINT pledge_event_not_in_the_future
    CHECK (happened_on <= (recorded_at AT TIME ZONE 'UTC')::date);

-- An event adds to the figures of its line, in the same statement: two that race for the last of a
-- pledge wait for each other, and the checks of the line refuse the second.  A later step holds the
-- earlier ones, as core/pledges.py says; a test compares the two.
CREATE FUNCTION pledge_event_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    told numeric := coalesce(NEW.amount, 0);
BEGIN
    CASE NEW.event
    WHEN 'commit' THEN
        UPDATE pledge_line SET committed = committed + told WHERE id = NEW.line_id;
    WHEN 'allocate' THEN
        UPDATE pledge_line SET allocated = allocated + told,
            committed = greatest(committed, allocated + told) WHERE id = NEW.line_id;
    WHEN 'disburse' THEN
        UPDATE pledge_line SET disbursed = disbursed + told,
            allocated = greatest(allocated, disbursed + told),
            committed = greatest(committed, allocated, disbursed + told) WHERE id = NEW.line_id;
    ELSE
        UPDATE pledge_line SET reduced = reduced + told,
            committed = least(committed, amount - reduced - told),
            withdrawn = withdrawn OR NEW.event = 'withdraw' WHERE id = NEW.line_id;
    END CASE;
    RETURN NULL;
END $$;
CREATE TRIGGER pledge_event_counts AFTER INSERT ON pledge_event
    FOR EACH ROW WHEN (NEW.event <> 'announce') EXECUTE FUNCTION pledge_event_counts();

GRANT SELECT, INSERT ON meeting, attendance, attendance_count, meeting_readout, readout_approval,
    pledge, pledge_line, pledge_party, pledge_event, pledge_use, pledge_funding, pledge_reminder
    TO muster_app;
GRANT UPDATE (held_on, place, mode, operation_id, recalled, source, marking, audiences) ON meeting
    TO muster_app;
GRANT UPDATE (marking, audiences) ON meeting_readout, pledge, pledge_line TO muster_app;
GRANT UPDATE (undone_at) ON pledge_use, pledge_funding TO muster_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_app;
