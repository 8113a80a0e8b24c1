"""Lakes and warehouses: one module a service, none knows another."""
