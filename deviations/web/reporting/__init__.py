"""The reporter's pages: report, follow one's own reports, answer questions, fetch files."""
