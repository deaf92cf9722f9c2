"""The registers of the ground floor."""

from casework.registers.cases.decisions import DecisionRegister
from casework.registers.cases.intakes import IntakeRegister
from casework.registers.cases.investigations import InvestigationRegister
from casework.registers.kinds import register
from casework.registers.organisation import OrganisationRegister
from casework.registers.staff import StaffRegister

register(OrganisationRegister)
register(StaffRegister)
register(IntakeRegister)
register(InvestigationRegister)
register(DecisionRegister)
