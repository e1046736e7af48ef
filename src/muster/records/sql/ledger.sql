-- An account belongs to its owner and holds its owner's item, and nothing else.
ALTER TABLE account ADD CONSTRAINT account_of_an_offer_line
    FOREIGN KEY (offer_line_id, item_id) REFERENCES offer_line (id, item_id);
ALTER TABLE account ADD CONSTRAINT account_of_a_request_line
    FOREIGN KEY (request_line_id, item_id) REFERENCES request_line (id, item_id);
ALTER TABLE account ADD CONSTRAINT account_of_an_allocation
    FOREIGN KEY (allocation_id, item_id) REFERENCES allocation (id, item_id);
ALTER TABLE account ADD CONSTRAINT account_of_a_manifest_line
    FOREIGN KEY (manifest_line_id, item_id) REFERENCES manifest_line (id, item_id);
ALTER TABLE account ADD CONSTRAINT account_of_an_arrival
    FOREIGN KEY (arrival_id, item_id) REFERENCES unsolicited_arrival (id, item_id);

-- An allocation is of the offered item; a manifest line is of the allocated item.
ALTER TABLE allocation ADD CONSTRAINT allocation_of_the_offered_item
    FOREIGN KEY (offer_line_id, item_id) REFERENCES offer_line (id, item_id);
ALTER TABLE manifest_line ADD CONSTRAINT manifest_line_of_the_allocated_item
    FOREIGN KEY (allocation_id, item_id) REFERENCES allocation (id, item_id);

-- Both ends of a transfer hold the item that moves, so items never mix.
ALTER TABLE transfer ADD CONSTRAINT transfer_from_an_account_of_the_item
    FOREIGN KEY (from_account_id, item_id) REFERENCES account (id, item_id);
ALTER TABLE transfer ADD CONSTRAINT transfer_to_an_account_of_the_item
    FOREIGN KEY (to_account_id, item_id) REFERENCES account (id, item_id);

-- What a receipt counts against is what the manifest says.
ALTER TABLE receipt_line ADD CONSTRAINT receipt_line_counts_the_manifest
    FOREIGN KEY (manifest_line_id, dispatched) REFERENCES manifest_line (id, amount);

-- A transfer adds to the totals of its two accounts, in the same statement.  The caps are checks on
-- those totals, so that whatever runs at once, the second to come finds what the first has left.
CREATE FUNCTION transfer_adds_to_totals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM new_transfer t
        JOIN account giver ON giver.id = t.from_account_id
        JOIN account taker ON taker.id = t.to_account_id
        LEFT JOIN ledger_move m ON m.before = giver.kind AND m.after = taker.kind
        WHERE m.id IS NULL
    ) THEN
        RAISE EXCEPTION 'units do not move that way'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_along_a_permitted_move';
    END IF;

    -- Units stay with their record, or pass along its own chain: from an offer line to an allocation
    -- of it, and from an allocation to a line of a manifest that packs it; and back.
    IF EXISTS (
        SELECT FROM new_transfer t
        JOIN account giver ON giver.id = t.from_account_id
        JOIN account taker ON taker.id = t.to_account_id
        LEFT JOIN allocation a ON a.id = coalesce(giver.allocation_id, taker.allocation_id)
        LEFT JOIN manifest_line m
            ON m.id = coalesce(giver.manifest_line_id, taker.manifest_line_id)
        WHERE giver.owner_id <> taker.owner_id AND CASE
            WHEN a.id IS NOT NULL AND m.id IS NOT NULL THEN m.allocation_id <> a.id
            WHEN a.id IS NOT NULL THEN
                a.offer_line_id IS DISTINCT FROM coalesce(giver.offer_line_id, taker.offer_line_id)
            ELSE giver.arrival_id IS NULL OR taker.offer_line_id IS NULL
        END
    ) THEN
        RAISE EXCEPTION 'units do not pass between these records'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_within_one_chain';
    END IF;

    -- Lock in the order of ids, so that crossing transfers wait and do not deadlock.
    PERFORM FROM account WHERE id IN (
        SELECT from_account_id FROM new_transfer UNION SELECT to_account_id FROM new_transfer
    ) ORDER BY id FOR NO KEY UPDATE;

    UPDATE account SET
        amount_in = account.amount_in + change.came,
        amount_out = account.amount_out + change.went
    FROM (
        SELECT account_id, sum(came)::bigint AS came, sum(went)::bigint AS went
        FROM (
            SELECT to_account_id AS account_id, amount AS came, 0 AS went FROM new_transfer
            UNION ALL
            SELECT from_account_id, 0, amount FROM new_transfer
        ) AS side
        GROUP BY account_id
    ) AS change
    WHERE account.id = change.account_id;
    RETURN NULL;
END $$;

CREATE TRIGGER transfer_adds_to_totals AFTER INSERT ON transfer
    REFERENCING NEW TABLE AS new_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION transfer_adds_to_totals();
