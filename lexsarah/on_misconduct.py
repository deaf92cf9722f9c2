"""A deviation marked as a possible missförhållande is a lex Sarah report as well."""

from deviations.services.misconduct import ON_MISCONDUCT
from lexsarah.services.receiving import receive_from_deviation

ON_MISCONDUCT.register("lexsarah", receive_from_deviation)
