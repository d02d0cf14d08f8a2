// Receives mail in Java 17 or later, without libraries: java Receiver.java
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Receiver {
    private static final int LARGEST = 128 * 1024 * 1024; // octets of a request
    private static final long TOLERANCE = 5 * 60; // seconds that the two clocks may differ

    private static byte[] key;
    private static Path folder;

    public static void main(String[] arguments) throws IOException {
        String secret = System.getenv().getOrDefault("WEBHOOK_SECRET", "");
        key = Base64.getDecoder().decode(secret.startsWith("whsec_") ? secret.substring(6) : secret);
        if (key.length < 24)
            throw new IllegalStateException("WEBHOOK_SECRET must be the secret of the destination: whsec_…");
        folder = Path.of(System.getenv().getOrDefault("MAIL_FOLDER", "inbox")).toAbsolutePath();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            sync(folder.getParent());
        }
        System.setProperty("sun.net.httpserver.maxReqTime", "120"); // seconds; a thread would wait for ever
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "9000"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.createContext("/", Receiver::answer);
        server.start();
        System.out.println("listening on " + server.getAddress().getPort());
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = 503; // after any answer but 2xx the same mail comes again
            try {
                status = receive(exchange);
            } catch (IOException fault) {
                System.out.println("failed " + fault);
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    /** The status of the answer. */
    private static int receive(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD"))
            return 204; // 'destinations test' asks whether anybody is there
        if (!exchange.getRequestMethod().equals("POST"))
            return 405;
        String length = exchange.getRequestHeaders().getFirst("content-length");
        if (length != null && Long.parseLong(length) > LARGEST)
            return 413;
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST + 1); // the octets as they came: verify before any parsing
        if (body.length > LARGEST)
            return 413;
        String id = exchange.getRequestHeaders().getFirst("webhook-id");
        if (!isGenuine(exchange, id, body)) {
            System.out.println("refused");
            return 401;
        }
        System.out.println((store(id, body) ? "stored " : "repeated ") + id);
        return 204;
    }

    /** Whether the octets come from somebody who has the secret, and came just now. */
    private static boolean isGenuine(HttpExchange exchange, String id, byte[] body) {
        String timestamp = exchange.getRequestHeaders().getFirst("webhook-timestamp");
        String signatures = exchange.getRequestHeaders().getFirst("webhook-signature");
        if (id == null || timestamp == null || signatures == null || !id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
                || !timestamp.matches("[0-9]{1,12}"))
            return false;
        if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp)) > TOLERANCE)
            return false;
        byte[] expected;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        } catch (GeneralSecurityException fault) {
            throw new IllegalStateException(fault);
        }
        // Several signatures, separated by blanks, while a secret is changed.
        for (String signature : signatures.split(" ")) {
            if (MessageDigest.isEqual(signature.getBytes(StandardCharsets.UTF_8), expected))
                return true;
        }
        return false;
    }

    /** Stores the mail under its webhook-id. False: it is there already, from an earlier request or from one at the same time. */
    private static boolean store(String id, byte[] body) throws IOException {
        Path file = folder.resolve(id + ".json"), temporary = folder.resolve("." + id + "." + UUID.randomUUID());
        boolean isNew = !Files.exists(file); // false too where nobody can tell: then writing fails
        if (isNew) {
            try {
                try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    for (ByteBuffer rest = ByteBuffer.wrap(body); rest.hasRemaining();)
                        channel.write(rest);
                    channel.force(true);
                }
                Files.createLink(file, temporary); // of several at the same time, one succeeds; a crash leaves the whole mail or none
            } catch (FileAlreadyExistsException exists) {
                isNew = false;
            } finally {
                Files.deleteIfExists(temporary);
            }
        }
        sync(folder); // for a repeat too: the other request may not have come this far
        return isNew;
    }

    /** Writes the names in a folder to the disk. Windows has no such call. */
    private static void sync(Path folder) throws IOException {
        if (System.getProperty("os.name").startsWith("Windows"))
            return;
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
