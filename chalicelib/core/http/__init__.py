"""HTTP at the edge: requests, responses, routing, middleware, schemas and errors."""
