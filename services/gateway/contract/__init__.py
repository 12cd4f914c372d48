"""The contract with clients, made from the types that the code uses: OpenAPI, AsyncAPI, and pages to read."""
