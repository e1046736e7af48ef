-- The steps of an accession are added to; one that was wrong is superseded, never changed.
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, party_id, body_id, step, by_id, happened_on, source, checked, recorded_at
    ON accession_step FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON accession_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Nothing is in force before its deposit, nothing deposited or ratified before it is signed.
-- Those who record steps of one accession wait for each other, so that each sees the other's.
CREATE FUNCTION accession_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    steps CONSTANT text[] := ARRAY['invited', 'protocols_signed', 'ratified', 'deposited', 'in_force'];
    place CONSTANT int := array_position(steps, NEW.step);
    needed CONSTANT text := CASE NEW.step
        WHEN 'ratified' THEN 'protocols_signed'
        WHEN 'deposited' THEN 'protocols_signed'
        WHEN 'in_force' THEN 'deposited' END;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.party_id || ' in ' || NEW.body_id, 0));
    IF place IS NULL
       OR needed IS NOT NULL AND NOT EXISTS (
            SELECT FROM accession_step s WHERE s.party_id = NEW.party_id AND s.body_id = NEW.body_id
            AND s.superseded_at IS NULL AND s.step = needed)
       OR EXISTS (
            SELECT FROM accession_step s WHERE s.party_id = NEW.party_id AND s.body_id = NEW.body_id
            AND s.superseded_at IS NULL
            AND (array_position(steps, s.step) < place AND s.happened_on > NEW.happened_on
                 OR array_position(steps, s.step) > place AND s.happened_on < NEW.happened_on))
    THEN
        RAISE EXCEPTION '% of % in % is out of order', NEW.step, NEW.party_id, NEW.body_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'accession_in_order';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accession_in_order BEFORE INSERT ON accession_step
    FOR EACH ROW EXECUTE FUNCTION accession_in_order();

-- Where steps are recorded, nobody is a member before the deposit.
CREATE FUNCTION member_after_deposit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.party_id || ' in ' || NEW.body_id, 0));
    IF EXISTS (SELECT FROM accession_step s WHERE s.party_id = NEW.party_id
               AND s.body_id = NEW.body_id AND s.superseded_at IS NULL)
       AND NOT EXISTS (SELECT FROM accession_step s WHERE s.party_id = NEW.party_id
               AND s.body_id = NEW.body_id AND s.superseded_at IS NULL
               AND s.step = 'deposited' AND s.happened_on <= NEW.since)
    THEN
        RAISE EXCEPTION '% is no member of % before its deposit', NEW.party_id, NEW.body_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'member_after_deposit';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER member_after_deposit BEFORE INSERT ON standing
    FOR EACH ROW WHEN (NEW.kind = 'member') EXECUTE FUNCTION member_after_deposit();

GRANT SELECT, INSERT ON accession_step, obligation, country, country_figure, land_border,
    border_statement TO muster_app;
GRANT UPDATE (superseded_at) ON accession_step TO muster_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_app;
