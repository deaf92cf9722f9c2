"""The registers of deviations."""

from casework.registers.kinds import register
from deviations.services.importing import DeviationRegister

register(DeviationRegister)
