"""Changing the organisation: units, roles, absences, and handing over when someone leaves.

It lies above the audit trail, since every change is audited, while the rows that it changes
(``casework.organisation``) lie below access, which reads them.
"""
