"""The papers that leave the desk: letters, receipts and workbooks, each a pure function from plain values to bytes."""
