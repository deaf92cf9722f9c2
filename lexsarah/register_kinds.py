"""The register of lex Sarah."""

from casework.registers.kinds import register
from lexsarah.services.importing import LexSarahRegister

register(LexSarahRegister)
