"""The registers of the ground floor."""

from casework.registers.kinds import register
from casework.registers.organisation import OrganisationRegister
from casework.registers.staff import StaffRegister

register(OrganisationRegister)
register(StaffRegister)
