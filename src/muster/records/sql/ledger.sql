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

-- What a transfer does to the totals is in transfers.sql.
CREATE TRIGGER transfer_adds_to_totals AFTER INSERT ON transfer
    REFERENCING NEW TABLE AS new_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION transfer_adds_to_totals();
