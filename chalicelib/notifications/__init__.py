"""Mails to patients about their appointments."""
