import { initRealtimeClient } from '/realtime/views.js';

initRealtimeClient();
