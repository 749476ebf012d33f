"""Client of the API Gateway Management API: sends frames to WebSocket connections and closes them."""
