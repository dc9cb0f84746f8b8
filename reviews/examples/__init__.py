"""Example data: fictional organisations, people and provision, driven through the services.

Nothing here is about a real organisation or person. Every row is flagged `is_example` and labelled on every page.
"""
