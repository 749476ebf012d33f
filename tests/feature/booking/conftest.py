"""A practice that patients can book."""

import pytest

from tests.driver.patient import Patient, opens_for_patients
from tests.driver.practice import Practice


@pytest.fixture
def patient(practice: Practice) -> Patient:
    """A patient of a practice that is open from Monday to Friday, nine to five."""
    return Patient(opens_for_patients(practice))


@pytest.fixture
def other(patient: Patient) -> Patient:
    """Another patient of the same practice."""
    return Patient(patient.practice, "Joana Sá")
