<?php
// Receives mail in PHP 8.1 or later, behind any web server or by PHP's own. The folder for mails has to be there:
// php -d display_errors=0 -d post_max_size=0 -d memory_limit=-1 -S 127.0.0.1:9000 receiver.php

const LARGEST = 128 * 1024 * 1024; // octets of a request
const TOLERANCE = 5 * 60; // seconds that the two clocks may differ

http_response_code(503); // until the mail is on disk: PHP's own default is 200. After any answer but 2xx the same mail comes again.
if (!headers_sent() && !in_array(strtolower((string) ini_get('display_errors')), ['', '0', 'off', 'stderr'], true)) {
    // A warning that PHP shows is an answer of 200, whatever becomes of the mail. Above post_max_size it comes before this script runs.
    answer(503, 'failed: switch display_errors off in php.ini');
}

function answer(int $status, string $log): never
{
    error_log($log);
    http_response_code($status);
    exit;
}

/** Whether the octets come from somebody who has the secret, and came just now. */
function isGenuine(string $key, string $id, string $timestamp, string $signatures, string $body): bool
{
    if (!preg_match('/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/D', $id) || !preg_match('/^\d{1,12}$/D', $timestamp)) {
        return false;
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE) {
        return false;
    }
    $mac = hash_init('sha256', HASH_HMAC, $key);
    hash_update($mac, "$id.$timestamp.");
    hash_update($mac, $body);
    $expected = 'v1,' . base64_encode(hash_final($mac, true));
    $genuine = false;
    foreach (explode(' ', $signatures) as $signature) { // several while a secret is changed
        $genuine = hash_equals($expected, $signature) || $genuine;
    }
    return $genuine;
}

/** Stores the mail under its webhook-id. False: it is there already, from an earlier request or from one at the same time. */
function store(string $folder, string $id, string $body): bool
{
    $file = "$folder/$id.json";
    $isNew = !file_exists($file);
    if ($isNew) {
        $temporary = "$folder/.$id." . bin2hex(random_bytes(16));
        try {
            $handle = fopen($temporary, 'xb');
            if ($handle === false || fwrite($handle, $body) !== strlen($body) || !fsync($handle) || !fclose($handle)) {
                throw new RuntimeException("$temporary can't be written");
            }
            $isNew = @link($temporary, $file); // of several at the same time, one succeeds; a crash leaves the whole mail or none
        } finally {
            @unlink($temporary);
        }
        if (!$isNew && !file_exists($file)) {
            throw new RuntimeException("$file can't be made");
        }
    }
    sync($folder); // for a repeat too: the other request may not have come this far
    return $isNew;
}

/** Writes the names in a folder to the disk. Windows has no such call. */
function sync(string $folder): void
{
    if (PHP_OS_FAMILY !== 'Windows' && (($handle = fopen($folder, 'r')) === false || !fsync($handle))) {
        throw new RuntimeException("$folder can't be written to the disk");
    }
}

if ($_SERVER['REQUEST_METHOD'] === 'HEAD') { // 'destinations test' asks whether anybody is there
    http_response_code(204);
    exit;
}
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    answer(405, 'refused');
}
$key = base64_decode(preg_replace('/^whsec_/', '', (string) getenv('WEBHOOK_SECRET')), true);
if ($key === false || strlen($key) < 24) {
    answer(503, 'WEBHOOK_SECRET must be the secret of the destination: whsec_…');
}
if (!preg_match('/^\d{1,12}$/D', $_SERVER['CONTENT_LENGTH'] ?? '')) {
    answer(411, 'refused');
}
$length = (int) $_SERVER['CONTENT_LENGTH'];
if ($length > LARGEST) {
    answer(413, 'refused');
}
$body = (string) file_get_contents('php://input', false, null, 0, $length + 1); // the octets as they came: verify before any parsing
if (strlen($body) !== $length) {
    answer(503, 'failed: the request is cut off');
}
$id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
if (!isGenuine($key, $id, $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '', $body)) {
    answer(401, 'refused');
}
$folder = getenv('MAIL_FOLDER') ?: 'inbox';
try {
    answer(204, (store($folder, $id, $body) ? 'stored ' : 'repeated ') . $id);
} catch (RuntimeException $fault) {
    answer(503, 'failed: ' . $fault->getMessage());
}
