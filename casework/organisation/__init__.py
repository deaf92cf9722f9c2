"""Boards, administrations, departments, units and who works where; all dated."""
