# helpdesk
printf %s '{"type":"mail.received","timestamp":"2026-01-02T03:04:05.678Z","data":{"id":"ID","received_at":"2026-01-02T03:04:05.678Z","size":598,"sha256":"DIGEST","config_version":"16d54ad57f81","rule":"support tickets","tags":["customer"],"vars":{"ticket":"42"},"envelope":{"sender":"al@customer.com","recipients":["support+42@example.com"],"helo":"mail.customer.com","client_ip":"192.0.2.7","client_name":null,"tls":null,"user":null,"smtputf8":false,"body":"7BIT"},"authentication":{"verdict":"none","reasons":[],"iprev":{"result":"none","name":null},"spf":{"result":"none","scope":"mfrom","domain":"","explanation":null,"mechanism":null},"dkim":[],"dmarc":{"result":"none","policy":null,"published":null,"domain":"","alignment":[]},"arc":{"result":"none","sealers":[],"trusted":false},"dnsbl":[],"spam":null,"virus":null},"authentication_results":null,"from":[{"name":"Al","address":"al@customer.com"}],"to":[{"name":"","address":"support+42@example.com"}],"cc":[],"reply_to":[],"subject":"Bröken  [31mred","date":"2026-01-02T03:04:05+00:00","message_id":"1@customer.com","in_reply_to":null,"references":[],"headers":[["X-Class","gold"],["Received","from mail.customer.com ([192.0.2.7]) by mx.example.com with ESMTP id ID; Fri, 02 Jan 2026 03:04:05 +0000"],["From","Al <al@customer.com>"],["To","support+42@example.com"],["Subject","Bröken  [31mred"],["Message-ID","<1@customer.com>"],["Date","Fri, 02 Jan 2026 03:04:05 +0000"],["MIME-Version","1.0"],["Content-Type","multipart/mixed; boundary=b"]],"text":"It isn'\''t '\''working'\''.\n.A line with a dot.","html":null,"reply_text":"It isn'\''t '\''working'\''.\n.A line with a dot.","kind":[],"signatures":[],"calendar":null,"report":null,"attachments":[{"index":1,"filename":"log.txt","content_type":"text/plain","disposition":"attachment","content_id":null,"size":8,"sha256":"DIGEST","content":"ZXJyb3IgNDI=","url":null}],"raw_url":null,"problems":[]}}' |
  curl -sS -i -X POST 'https://app.example.com/hooks/42' \
    -H 'User-Agent: VERSION' \
    -H 'webhook-id: ID' \
    -H 'webhook-timestamp: 1767323045' \
    -H 'webhook-signature: v1,SIGNATURE' \
    -H 'X-InboundBridge-Attempt: 1' \
    -H 'Authorization: ***' \
    -H 'X-Env: ***' \
    -H 'Content-Type: application/json' \
    -H 'Accept:' \
    -H 'Expect:' \
    --data-binary @-
# files
base64 -d <<'EOF' |
  curl -sS -i -X POST 'http://127.0.0.1:9001/upload' \
    -H 'User-Agent: VERSION' \
    -H 'webhook-id: ID' \
    -H 'webhook-timestamp: 1767323045' \
    -H 'webhook-signature: v1,SIGNATURE' \
    -H 'X-InboundBridge-Attempt: 1' \
    -H 'Content-Type: multipart/form-data; boundary=----DIGEST' \
    -H 'Accept:' \
    -H 'Expect:' \
    --data-binary @-
BASE64
EOF
