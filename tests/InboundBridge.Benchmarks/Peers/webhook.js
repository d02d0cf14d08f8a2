'use strict';

// Haraka plugin: posts each mail as it came, over connections that stay open, and answers 250 once the webhook has said 2xx.
const http = require('node:http');

exports.register = function () {
    const { main } = this.config.get('webhook.ini');
    this.target = {
        host: '127.0.0.1',
        port: Number(main.port),
        path: '/',
        method: 'POST',
        agent: new http.Agent({ keepAlive: true, maxSockets: Number(main.connections), noDelay: true }),
    };
};

// Otherwise every connection waits for a DNS server.
exports.hook_lookup_rdns = (next) => next(OK, 'localhost');

exports.hook_queue = function (next, connection) {
    const { transaction } = connection;
    transaction.message_stream.get_data((mail) => {
        const headers = { 'webhook-id': transaction.uuid, 'content-type': 'message/rfc822', 'content-length': mail.length };
        const request = http.request({ ...this.target, headers }, (response) => {
            response.resume();
            response.on('end', () => next(response.statusCode < 300 ? OK : DENYSOFT));
        });
        request.on('error', (error) => next(DENYSOFT, error.message));
        request.end(mail);
    });
};
