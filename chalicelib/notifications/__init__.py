"""Mails to patients."""
