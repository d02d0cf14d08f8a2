using System.Text;
using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Senders;

/// <summary>Mail that openssl and gpg sign and encrypt: what rules and receivers learn of it.</summary>
public sealed class Signed_and_encrypted_mail_is_understood : IDisposable
{
    private const string Entity = "Content-Type: text/plain\r\n\r\nTen of them, please.\r\n";

    private const string Rules = """
        rules:
          - name: altered
            when: { signature: invalid }
            then: [ reject: "altered" ]
          - name: signed
            when: { signer: "al@customer.com" }
            then: [ tag: signed, webhook: app ]
          - name: everything
            when: { recipient: "*@example.com" }
            then: [ webhook: app ]

        """;

    private readonly PeerFolder _folder = new();

    // gpg's agent listens on a socket in its folder, whose path may have 107 octets.
    private readonly string _home = Directory.CreateTempSubdirectory("gpg").FullName;

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task As_openssl_makes_it()
    {
        await OpenSslAsync("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 10 -subj /CN=Authority");
        await CertificateAsync("al", "al@customer.com");
        await CertificateAsync("us", "support@example.com");
        await OpenSslAsync("pkcs12 -export -in us.pem -inkey us.key -out us.p12 -passout pass:secret");
        File.SetUnixFileMode(_folder["us.p12"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _folder.Write("entity", Entity);
        const string sign = "cms -sign -binary -crlfeol -signer al.pem -inkey al.key";
        var beside = await OpenSslAsync($"{sign} -in entity");
        var opaque = await OpenSslAsync($"{sign} -nodetach -stream -in entity");
        _folder.Write("signed", beside);
        var encrypted = await OpenSslAsync("cms -encrypt -aes256 -binary -crlfeol -stream -in signed us.pem");

        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(
            _folder, Setup(receiver, "smime: { trusted_certificates: ca.pem, keys: [{ file: us.p12, password: secret }] }"));
        await SendAsync(appliance, receiver, beside, opaque, encrypted);
    }

    [Fact]
    public async Task As_gpg_makes_it()
    {
        await GpgAsync("--passphrase", "", "--quick-gen-key", "Al <al@customer.com>", "ed25519", "sign", "never");
        await GpgAsync("--passphrase", "", "--quick-gen-key", "support@example.com", "rsa2048", "default", "never");
        var listed = await GpgAsync("--list-keys", "--with-colons", "support@example.com");
        var fingerprint = listed.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
        await GpgAsync("--passphrase", "", "--quick-add-key", fingerprint, "rsa2048", "encr", "never");
        var ring = await GpgAsync("--armor", "--export", "al@customer.com")
            + await GpgAsync("--armor", "--export-secret-keys", "support@example.com");
        _folder.Write("keys.asc", ring);
        File.SetUnixFileMode(_folder["keys.asc"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _folder.Write("entity", Entity);
        var signature = await GpgAsync("--armor", "--local-user", "al@customer.com", "--detach-sign", "--output", "-", _folder["entity"]);
        var beside = "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha512; boundary=b1\r\n\r\n--b1\r\n"
            + $"{Entity}\r\n--b1\r\nContent-Type: application/pgp-signature\r\n\r\n{signature}\r\n--b1--\r\n";
        var encrypted = Wrapped(await GpgAsync("--armor", "--local-user", "al@customer.com", "--trust-model", "always", "--recipient",
            "support@example.com", "--sign", "--encrypt", "--output", "-", _folder["entity"]));
        await PeerProcess.RunAsync("gpgconf", PeerPrograms.Find("gpgconf", "gpg"), ["--homedir", _home, "--kill", "all"]);

        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(_folder, Setup(receiver, "openpgp: { keyring: keys.asc }"));
        await SendAsync(appliance, receiver, beside, encrypted);

        static string Wrapped(string message) =>
            "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b2\r\n\r\n--b2\r\n"
            + $"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b2\r\nContent-Type: application/octet-stream\r\n\r\n{message}\r\n--b2--\r\n";
    }

    /// <summary>Each is signed by Al; the first one is sent altered as well, and as if it were from somebody else.</summary>
    private static async Task SendAsync(Appliance appliance, WebhookReceiver receiver, params string[] entities)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        for (var index = 0; index < entities.Length; index++)
        {
            var sent = await conversation.SendAsync(Mail(entities[index], "al@customer.com"), "al@customer.com", "support@example.com");
            Assert.True(sent.StartsWith("250", StringComparison.Ordinal), $"{sent}\n{appliance.Log}");
            var data = (await receiver.WaitForAsync(index + 1, state: () => appliance.Log))[index].Data;
            Assert.True(data.GetProperty("rule").GetString() == "signed", $"entity {index}: {data.GetRawText()}\n{appliance.Log}");
            var signature = data.GetProperty("signatures")[0];
            Assert.Equal("valid", signature.GetProperty("result").GetString());
            Assert.Equal("al@customer.com", signature.GetProperty("signer").GetString());
            Assert.Equal("Ten of them, please.", data.GetProperty("text").GetString()!.Trim());
        }
        var altered = entities[0].Replace("Ten of", "Two of", StringComparison.Ordinal);
        var refused = await conversation.SendAsync(Mail(altered, "al@customer.com"), "al@customer.com", "support@example.com");
        Assert.StartsWith("550", refused, StringComparison.Ordinal);
        await conversation.SendAsync(Mail(entities[0], "bo@customer.com"), "al@customer.com", "support@example.com");
        var other = (await receiver.WaitForAsync(entities.Length + 1, state: () => appliance.Log))[entities.Length].Data;
        Assert.Equal("unknown", other.GetProperty("signatures")[0].GetProperty("result").GetString());
        Assert.Equal(JsonValueKind.String, other.GetProperty("signatures")[0].GetProperty("reason").ValueKind);
    }

    private string Setup(WebhookReceiver receiver, string keys)
    {
        var setup = ApplianceSetup.Write(_folder, Rules, [ApplianceSetup.Webhook("app", receiver)]);
        return setup.Replace("iprev: \"off\" }", $"iprev: \"off\", {keys} }}", StringComparison.Ordinal);
    }

    private static byte[] Mail(string entity, string from) => Encoding.ASCII.GetBytes(
        $"From: {from}\r\nTo: support@example.com\r\nSubject: order\r\n{entity.ReplaceLineEndings("\r\n").TrimStart()}");

    private async Task CertificateAsync(string name, string address)
    {
        _folder.Write(
            $"{name}.ext", $"subjectAltName=email:{address}\nextendedKeyUsage=emailProtection\nkeyUsage=digitalSignature,keyEncipherment\n");
        await OpenSslAsync($"req -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}");
        await OpenSslAsync($"x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 10 -out {name}.pem -extfile {name}.ext");
    }

    private async Task<string> OpenSslAsync(string arguments) =>
        (await PeerProcess.RunAsync(
            "openssl", PeerPrograms.Find("openssl", "openssl"), arguments.Split(' '), workingDirectory: _folder.Path))
            .Succeeded("openssl").StandardOutput;

    private async Task<string> GpgAsync(params string[] arguments) =>
        (await PeerProcess.RunAsync(
            "gpg", PeerPrograms.Find("gpg", "gpg"), ["--homedir", _home, "--batch", "--yes", "--quiet", .. arguments]))
            .Succeeded("gpg").StandardOutput;
}
