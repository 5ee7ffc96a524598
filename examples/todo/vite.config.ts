// The app and the server behind one address: what begins with /api goes on to
// Ringfence, so that the browser knows one origin and the app no address.

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env['RINGFENCE_URL'] ?? 'http://localhost:8787';

export default defineConfig({
  plugins: [react()],
  server: { port: 5173, proxy: { '/api': server } },
});
