"""The only place of this room that knows DynamoDB. Every change of an appointment is a transaction."""
