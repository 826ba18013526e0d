// Must be loaded before @apollo/gateway: these networks are closed, and what is asked here is nobody else's business.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'
