// pdf.js would take a scope without a window for a worker of its own, and answer our messages.
Object.assign(globalThis, { window: globalThis })
