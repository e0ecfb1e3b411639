"""The bureau's printed documents, written from one published version: lag table, completion table, bulletin, sheets."""
