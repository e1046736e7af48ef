-- What was asked stays as it was asked: an event may move its stage, and nothing may change the rest.
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, marking, audiences, recorded_at, act_id, invented, source,
        operation_id, kind, party_id, asked_id, about, about_id, words, until
    ON enquiry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON enquiry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON enquiry
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();
-- Whoever may change a column may lock the row; the trigger above refuses the change itself.
GRANT SELECT, INSERT, UPDATE (marking) ON enquiry TO muster_app;
