"""The registers of the case system: aktualiseringar, utredningar, beslut."""
