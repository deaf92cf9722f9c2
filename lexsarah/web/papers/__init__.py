"""The papers of a report on screen: kept files, the list of documents, IVO, masked copies."""
