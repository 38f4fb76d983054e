// `npm run migrate-data`: from SQLite and disk in DATA_DIR to what DATABASE_URL and MEDIA_STORE name.
import { join } from 'node:path'
import { build, checkNode, install, root, run } from './start.mjs'

checkNode()
install()
build()
process.exit(run(process.execPath, [join(root, 'dist/server/migrate-data.js')]))
