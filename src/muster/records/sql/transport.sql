-- A leg is never altered: a change is a new version, and the one before is ended.
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, marking, audiences, recorded_at, act_id, invented, source,
        operation_id, code, label, start_id, end_id, mode, gauge_break, days, cost, currency,
        room_g, room_ml, room_mp
    ON transport_leg FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON transport_leg
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_permanent BEFORE UPDATE OR DELETE ON leg_closure
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON leg_closure
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What has ended stays ended.
CREATE FUNCTION leg_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
        RAISE EXCEPTION 'this version of the leg has ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_permanent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leg_ends_once BEFORE UPDATE ON transport_leg
    FOR EACH ROW EXECUTE FUNCTION leg_ends_once();

GRANT SELECT, INSERT ON transport_leg, leg_closure TO muster_app;
GRANT UPDATE (ended_at) ON transport_leg TO muster_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_app;
