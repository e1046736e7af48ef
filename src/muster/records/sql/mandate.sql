-- The verdict on an item is that of its latest review, and is written by no one else.
CREATE FUNCTION item_review_gives_the_verdict() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Reviewers of one item wait for each other, so that the last to come sees all reviews.
    PERFORM FROM item WHERE code = NEW.item_id FOR NO KEY UPDATE;
    UPDATE item SET lethality = (
        SELECT verdict FROM item_review WHERE item_id = NEW.item_id
        ORDER BY reviewed_at DESC, number DESC LIMIT 1
    ) WHERE code = NEW.item_id;
    RETURN NULL;
END $$;
CREATE TRIGGER item_review_gives_the_verdict AFTER INSERT ON item_review
    FOR EACH ROW EXECUTE FUNCTION item_review_gives_the_verdict();

CREATE FUNCTION item_begins_unreviewed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.lethality := 'unreviewed';
    RETURN NEW;
END $$;
CREATE TRIGGER item_begins_unreviewed BEFORE INSERT ON item
    FOR EACH ROW EXECUTE FUNCTION item_begins_unreviewed();

-- The organisation is donor only of items reviewed as non-lethal; an unreviewed item blocks.  The
-- row of the item is locked, so that a review at the same moment waits or is seen.
CREATE FUNCTION organisation_gives_only_reviewed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    verdict text;
BEGIN
    IF (SELECT gives_only_reviewed FROM party WHERE code = NEW.donor_id) THEN
        SELECT lethality INTO verdict FROM item WHERE code = NEW.item_id FOR SHARE;
        IF verdict IS DISTINCT FROM 'non_lethal' THEN
            RAISE EXCEPTION 'the organisation gives only what is reviewed as non-lethal'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_gives_only_reviewed';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER organisation_gives_only_reviewed BEFORE INSERT ON offer_line
    FOR EACH ROW EXECUTE FUNCTION organisation_gives_only_reviewed();
CREATE TRIGGER organisation_gives_only_reviewed BEFORE INSERT ON allocation
    FOR EACH ROW EXECUTE FUNCTION organisation_gives_only_reviewed();

-- Who gives is said once: the donor of a line and of a promise is the donor of the offer, so that the
-- rule above asks about the right one.
ALTER TABLE offer_line ADD CONSTRAINT offer_line_of_the_offers_donor
    FOREIGN KEY (offer_id, donor_id) REFERENCES offer (id, donor_id);
ALTER TABLE allocation ADD CONSTRAINT allocation_of_the_offers_donor
    FOREIGN KEY (offer_line_id, donor_id) REFERENCES offer_line (id, donor_id);

-- The approver of a report is not its originator: the check compares with the report's own.
ALTER TABLE report_approval ADD CONSTRAINT report_approval_names_the_originator
    FOREIGN KEY (report_id, originator_id) REFERENCES situation_report (id, originator_id);
