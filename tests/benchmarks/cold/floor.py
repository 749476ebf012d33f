"""The least that a function on Chalice and DynamoDB can be: one route, one client, one call."""

import os
from typing import Any

import botocore.session
from chalice.app import Chalice

app = Chalice(app_name="floor", configure_logs=False)
client: Any = botocore.session.get_session().create_client("dynamodb")


@app.route("/appointments/{appointment_id}")
def read(appointment_id: str) -> dict[str, Any]:
    """Read one item."""
    key = {"pk": {"S": f"TENANT#floor#APPOINTMENT#{appointment_id}"}, "sk": {"S": "APPOINTMENT"}}
    item = client.get_item(TableName=os.environ["TABLE_NAME"], Key=key, ConsistentRead=True).get("Item")
    return {"found": item is not None}
