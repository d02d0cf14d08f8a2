using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Wire;

/// <summary>
/// openssl's client gets the certificate of the host that it asks for, after a renewal the new one, and no TLS below the minimum version.
/// </summary>
public sealed class Certificates_are_chosen_by_name_and_reloaded : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_dropping_a_connection()
    {
        var (first, second) = (new TestCertificate(_folder, "mx.example.com"), new TestCertificate(_folder, "mx.example.org"));
        await using var appliance = await StartAsync(first, second);
        var (starttls, wrapped) = (appliance.PortOf("mx"), appliance.PortOf("submissions"));
        foreach (var (port, options) in new[] { (starttls, "-starttls smtp"), (wrapped, "") })
        {
            await AssertShownAsync(first, port, options, "mx.example.com");
            await AssertShownAsync(second, port, options, "MX.example.org");
            await AssertShownAsync(first, port, options, "elsewhere.test");
        }

        await using var open = await SmtpConversation.OpenAsync(starttls);
        await open.StartTlsAsync(second, "mx.example.org");
        var renewed = new TestCertificate(_folder, "mx.example.org");
        await Deadline.Usual.UntilAsync(
            async () => (await ShownAsync(starttls, "-starttls smtp", "mx.example.org")).Contains(
                await PemAsync(renewed), StringComparison.Ordinal), "the new certificate to be shown", () => appliance.Log);
        await AssertShownAsync(renewed, wrapped, "", "mx.example.org");
        await AssertShownAsync(first, wrapped, "", "mx.example.com");
        Assert.StartsWith(
            "250 2.0.0", await open.SendAsync(MailText.Numbered(1), "al@sender.test", "al@example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_renewal_leaves_the_old_one_in_use()
    {
        var certificate = new TestCertificate(_folder, "mx.example.com");
        await using var appliance = await StartAsync(certificate);
        var pem = await PemAsync(certificate);
        await File.WriteAllTextAsync(
            certificate.CertificateFile, "-----BEGIN CERTIFICATE-----\nbroken\n", TestContext.Current.CancellationToken);
        await appliance.Process.LineAsync(new("the old certificates stay in use|certificates_not_reloaded"));
        Assert.Contains(pem, await ShownAsync(appliance.PortOf("mx"), "-starttls smtp", "mx.example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_versions_of_tls_are_refused()
    {
        var certificate = new TestCertificate(_folder);
        await using var usual = await StartAsync(certificate);
        Assert.Contains(
            "Protocol  : TLSv1.2", await ShownAsync(usual.PortOf("mx"), "-starttls smtp -tls1_2", "localhost"), StringComparison.Ordinal);
        Assert.Contains("TLSv1.3", await ShownAsync(usual.PortOf("mx"), "-starttls smtp", "localhost"), StringComparison.Ordinal);
        Assert.DoesNotContain("BEGIN CERTIFICATE", await ShownAsync(
            usual.PortOf("mx"), "-starttls smtp -tls1_1 -cipher ALL:@SECLEVEL=0", "localhost"), StringComparison.Ordinal);

        await usual.StopAsync();
        usual.Reconfigure(Configuration("1.3", certificate));
        await usual.StartAsync();
        var refused = await ShownAsync(usual.PortOf("mx"), "-starttls smtp -tls1_2", "localhost");
        Assert.Contains("alert protocol version", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("BEGIN CERTIFICATE", refused, StringComparison.Ordinal);
        Assert.Contains("TLSv1.3", await ShownAsync(usual.PortOf("mx"), "-starttls smtp", "localhost"), StringComparison.Ordinal);
        await Deadline.Usual.UntilAsync(async () => await usual.MetricAsync(
            "inboundbridge_smtp_connections_total", "outcome=\"tls_failed\"") > 0, "the failure to be counted", () => usual.Log);
    }

    private static async Task AssertShownAsync(TestCertificate certificate, int port, string options, string name)
    {
        var shown = await ShownAsync(port, options, name);
        Assert.True(shown.Contains(
            await PemAsync(certificate), StringComparison.Ordinal), $"to a client that asked for {name} was shown:\n{shown}");
    }

    private static async Task<string> PemAsync(TestCertificate certificate) =>
        (await File.ReadAllTextAsync(certificate.CertificateFile)).Replace("-----BEGIN CERTIFICATE-----", "", StringComparison.Ordinal)
            .Replace("-----END CERTIFICATE-----", "", StringComparison.Ordinal).Trim();

    private static async Task<string> ShownAsync(int port, string options, string name)
    {
        var openssl = PeerPrograms.Find("openssl", "openssl");
        string[] arguments = ["s_client", "-connect", $"127.0.0.1:{port}", "-servername", name, .. options.Split(
            ' ', StringSplitOptions.RemoveEmptyEntries)];
        return (await PeerProcess.RunAsync("openssl", openssl, arguments, "QUIT\r\n"u8.ToArray())).Output;
    }

    private Task<Appliance> StartAsync(params TestCertificate[] certificates) =>
        Appliance.StartAsync(_folder, Configuration("1.2", certificates));

    private string Configuration(string minimum, params TestCertificate[] certificates)
    {
        var files = certificates.Select(certificate => $$"""{ cert: "{{certificate.CertificateFile}}", key: "{{certificate.KeyFile}}" }""");
        return ApplianceSetup.Write(
            _folder,
            ApplianceSetup.Everything("hold: arrived"),
            [],
            $$"""tls: { minimum: "{{minimum}}", certificates: [{{string.Join(", ", files)}}] }""",
            """listeners: [{ name: mx, address: "127.0.0.1:0" }, { name: submissions, address: "127.0.0.1:0", mode: submission, tls: implicit }]""");
    }
}
