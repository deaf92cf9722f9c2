"""The decision on screen: proposal, decision, measures, closing; the delegationsordning."""
