<?php
// Receives mail in PHP 8 or later: php -S 127.0.0.1:9000 receiver.php, or behind any web server.
// post_max_size and enable_post_data_reading don't matter: the octets are read from php://input.

const LARGEST = 64 * 1024 * 1024; // octets of a request
const TOLERANCE = 5 * 60; // seconds that the two clocks may differ

function refuse(int $status): never
{
    error_log('refused');
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
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    $genuine = false;
    foreach (explode(' ', $signatures) as $signature) { // several while a secret is changed
        $genuine = hash_equals($expected, $signature) || $genuine;
    }
    return $genuine;
}

/** Stores the mail under its webhook-id. False: it is there already, because an earlier answer got lost. */
function store(string $folder, string $id, string $body): bool
{
    $file = "$folder/$id.json";
    if (file_exists($file)) {
        return false;
    }
    $temporary = "$folder/.$id." . getmypid();
    $handle = fopen($temporary, 'wb');
    if ($handle === false || fwrite($handle, $body) !== strlen($body) || !fflush($handle)
        || (function_exists('fsync') && !fsync($handle)) || !fclose($handle) || !rename($temporary, $file)) {
        refuse(500); // the mail comes again
    }
    return true; // a crash leaves the whole mail or none
}

if ($_SERVER['REQUEST_METHOD'] === 'HEAD') { // 'destinations test' asks whether anybody is there
    http_response_code(204);
    exit;
}
$key = base64_decode(preg_replace('/^whsec_/', '', (string) getenv('WEBHOOK_SECRET')), true);
if ($key === false || strlen($key) < 24) {
    refuse(500); // WEBHOOK_SECRET must be the secret of the destination: whsec_…
}
$folder = getenv('MAIL_FOLDER') ?: 'inbox';
if (!is_dir($folder)) {
    mkdir($folder, 0700, true);
}
$body = file_get_contents('php://input', false, null, 0, LARGEST + 1); // the octets as they came: verify before any parsing
if ($body === false || strlen($body) > LARGEST) {
    refuse(413);
}
$id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
if (!isGenuine($key, $id, $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '', $body)) {
    refuse(401);
}
if (store($folder, $id, $body)) {
    error_log("stored $id " . (json_decode($body, true)['data']['subject'] ?? ''));
} else {
    error_log("repeated $id");
}
http_response_code(204); // after any other answer the same mail comes again
