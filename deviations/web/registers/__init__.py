"""Screens of the registers of categories and causes."""
