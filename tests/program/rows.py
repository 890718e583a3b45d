"""Readers of rows that are not ours: DuckDB, ClickHouse and a JSON Schema validator.

Each function takes the schema as printed by the program and the directory of a run, so that what is
tested is what a user would do.
"""
import glob
import json
import os
import re
import subprocess

import duckdb
import jsonschema

try:
    import chdb
except ImportError:  # ClickHouse in a Python package is large, and a luxury
    chdb = None


def part_paths(run):
    return sorted(glob.glob(os.path.join(run, "part-*.ndjson.zst")))


def read_rows(run):
    """Every row of a run, as the zstd program and Python see them."""
    paths = part_paths(run)
    if not paths:
        return []
    data = subprocess.run(["zstd", "-dcq", *paths], check=True, capture_output=True).stdout
    lines = data.decode("utf-8").split("\n")
    assert lines.pop() == "", "the last line has no end"
    return [json.loads(line) for line in lines]


def schema_errors(schema_text, rows):
    """What the validator has to say about the rows, one text for each fault."""
    schema = json.loads(schema_text)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    return [f"seq {row.get('seq')}: {error.json_path}: {error.message[:200]}"
            for row in rows for error in validator.iter_errors(row)]


def commands(schema_text):
    """The statements of a DDL, and those that it gives in comments for loading."""
    table, loading = schema_text.split("\n\n", 1)
    loading = re.search(r"^-- (INSERT.*?;)$", loading, re.DOTALL | re.MULTILINE)[1]
    return table, re.sub(r"^--\s", "", loading, flags=re.MULTILINE)


def load_duckdb(schema_text, run):
    """A DuckDB connection in which the run is the table `detour`, or its inventory `detour_inventory`."""
    table, loading = commands(schema_text)
    connection = duckdb.connect()
    connection.execute(table)
    if part_paths(run):
        connection.execute(loading.replace("DIR/", run.replace("'", "''") + "/"))
    return connection


def load_clickhouse(schema_text, run):
    """A function that asks ClickHouse, in which the run is such a table; None without chdb."""
    if chdb is None:
        return None
    table, loading = commands(schema_text)
    session = chdb.session.Session()
    session.query(table)
    # chdb has no client and so no INFILE; the table function reads the same files with the same codec.
    settings = re.search(r"SETTINGS .*?(?= FORMAT)", loading)[0]
    name, files = re.search(r"INSERT INTO (\S+) FROM INFILE 'DIR/([^']+)'", loading).groups()
    session.query(f"INSERT INTO {name} SELECT * FROM file('{run}/{files}', JSONEachRow) {settings}")
    return lambda query: [json.loads(line) for line in str(session.query(query, "JSONCompactEachRow")).splitlines()]
