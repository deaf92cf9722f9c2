"""Benchmarks of the ground floor: the watch, the audit trail, the tables and pages of cases."""

from casework.benchmarks import case_pages, case_tables, ground
from casework.kit.bench import BENCHMARKS

BENCHMARKS.register("audit", ground.audit)
BENCHMARKS.register("deadlines", ground.deadlines)
BENCHMARKS.register("case-tables", case_tables.tables)
BENCHMARKS.register("case-pages", case_pages.pages)
